import * as z from 'zod';
import { notificationDetailSchema } from '../../shared/notifications/notification-schema.ts';

/**
 * The JSON Schema of `detail` as docs/events.md shows it.
 *
 * @param closed refuses keys the schema does not have, which consumers must not, but a check of what we publish does
 */
export const notificationJsonSchema = ({ closed = false } = {}) =>
  z.toJSONSchema(notificationDetailSchema, {
    // As input, objects may have other keys: some will come within a version.
    io: closed ? 'output' : 'input',
    override: ({ jsonSchema }) => {
      // What the format says already, in a form nobody reads.
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      delete jsonSchema.propertyNames;
    },
  });

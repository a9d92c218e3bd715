import * as z from 'zod';
import { parseTimestamp, type Timestamp } from '../platform/timestamp.ts';
import { textField } from './request-fields.ts';

/** A time in one of the forms of docs/api-compatibility.md#conventions. @param name field name in the text about a fault */
export const timeField = (name: string) =>
  textField()
    .transform((text, context): Timestamp => {
      const time = parseTimestamp(text);
      if (time !== null) return time;
      context.addIssue({
        code: 'custom',
        message: `Invalid ${name} format. Use ISO 8601 format (e.g., 2025-01-13T10:30:00Z)`,
      });
      return z.NEVER;
    })
    .pipe(z.custom<Timestamp>().meta({ type: 'string', format: 'date-time' }));

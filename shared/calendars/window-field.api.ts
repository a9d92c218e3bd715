import * as z from 'zod';
import { integerField } from '../http/integer-field.ts';
import { JsonNumber } from '../http/json-number.ts';
import type { CalendarWindow } from './calendar.ts';

/** The longest window in days, in each direction. */
const mostDays = 400;

const shape = { past_days: integerField(0, mostDays), future_days: integerField(1, mostDays) };
const names = Object.keys(shape) as (keyof typeof shape)[];

export const windowSchema = z.object({
  past_days: z.int().min(0).max(mostDays).optional(),
  future_days: z.int().min(1).max(mostDays).optional(),
});

/** Days around now whose events are synchronized. An absent direction has the default of the deployment, null has it for both. */
export const windowField = () =>
  z
    .unknown()
    .transform((value, context): CalendarWindow | null => {
      const fault = (message: string): never => {
        context.addIssue({ code: 'custom', message });
        return z.NEVER;
      };
      if (value === null) return null;
      if (typeof value !== 'object' || Array.isArray(value) || value instanceof JsonNumber) {
        return fault('sync_window must be an object with past_days and future_days');
      }
      const given = Object.entries(value);
      const unknown = given.map(([name]) => name).filter((name) => !(names as string[]).includes(name));
      if (unknown.length > 0)
        return fault(
          `Unexpected field(s): ${unknown.sort().join(', ').slice(0, 500)}. Allowed fields are: future_days, past_days`,
        );
      if (given.length === 0) return fault('sync_window must have past_days, future_days or both');
      const days: Record<string, number> = {};
      for (const [name, item] of given) {
        const parsed = shape[name as keyof typeof shape].safeParse(item);
        if (parsed.success) days[name] = parsed.data;
        else fault(`${name}: ${parsed.error.issues[0]?.message}`);
      }
      return days;
    })
    .pipe(windowSchema.nullable());

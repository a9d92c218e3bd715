import * as z from 'zod';
import type { CalendarWindow } from '../domain/calendar.ts';
import { JsonNumber } from './json-number.ts';

/** How far ahead, and back, a calendar may be kept. */
const mostDays = 400;

const daysField = (least: number) =>
  z
    .unknown()
    .transform((value, context): number => {
      const days = value instanceof JsonNumber ? Number(value.text) : Number.NaN;
      const message = Number.isInteger(days) ? boundFault(days, least) : 'A valid integer is required.';
      if (message === null) return days;
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    })
    .pipe(z.number().int().min(least).max(mostDays));

function boundFault(days: number, least: number): string | null {
  if (days < least) return `Ensure this value is greater than or equal to ${least}.`;
  return days > mostDays ? `Ensure this value is less than or equal to ${mostDays}.` : null;
}

const shape = { past_days: daysField(0), future_days: daysField(1) };
const names = Object.keys(shape) as (keyof typeof shape)[];

/** Which events a calendar keeps, in days around the present; what is left out is as the deployment has it. */
export const windowField = () =>
  z
    .unknown()
    .transform((value, context): CalendarWindow => {
      const fault = (message: string): never => {
        context.addIssue({ code: 'custom', message });
        return z.NEVER;
      };
      if (value === null) return fault('This field may not be null.');
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
    .pipe(
      z.object({
        past_days: z.int().min(0).max(mostDays).optional(),
        future_days: z.int().min(1).max(mostDays).optional(),
      }),
    );

import * as z from 'zod';
import { AppError, invalidFields } from '../platform/app-error.ts';
import { JsonNumber } from './json-number.ts';
import { pythonText } from './python-spelling.ts';

/**
 * Fields of request bodies with the reference's rules and texts (docs/api-compatibility.md#conventions). The same zod
 * schemas validate requests and describe them in the OpenAPI document.
 */
const messages = {
  required: 'This field is required.',
  null: 'This field may not be null.',
  blank: 'This field may not be blank.',
  text: 'Not a valid string.',
  nul: 'Null characters are not allowed.',
};

/** The text of a string or number, or why the value is refused. */
function asText(value: unknown): { text: string } | { reason: string } {
  if (value === undefined) return { reason: messages.required };
  if (value === null) return { reason: messages.null };
  if (typeof value === 'string') return { text: value.trim() };
  return value instanceof JsonNumber ? { text: value.text } : { reason: messages.text };
}

/** At least one character that is no space, and no NUL. */
export const notBlank = '^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$';

/** Length in code points, as the reference counts. */
export const lengthOf = (text: string): number => Array.from(text).length;

const surrogate = /[\uD800-\uDFFF]/u;

/** A text as the document describes it. */
export const textSchema = (max?: number) =>
  z.string().meta({ minLength: 1, ...(max !== undefined && { maxLength: max }), pattern: notBlank });

/** A string, trimmed, of 1 to `max` characters; numbers are taken as their text. */
export const textField = (max?: number) =>
  z
    .unknown()
    .transform((value, context): string => {
      const result = asText(value);
      const reasons = 'reason' in result ? [result.reason] : textFaults(result.text, max);
      for (const message of reasons) context.addIssue({ code: 'custom', message });
      return 'text' in result ? result.text : z.NEVER;
    })
    .pipe(textSchema(max));

function textFaults(text: string, max: number | undefined): string[] {
  if (text === '') return [messages.blank];
  const lone = surrogate.exec(text)?.[0];
  return [
    ...(max !== undefined && lengthOf(text) > max ? [`Ensure this field has no more than ${max} characters.`] : []),
    ...(text.includes('\0') ? [messages.nul] : []),
    ...(lone ? [`Surrogate characters are not allowed: U+${lone.charCodeAt(0).toString(16).toUpperCase()}.`] : []),
  ];
}

/** One of a closed list of words. */
export const choiceField = <Choice extends string>(choices: readonly [Choice, ...Choice[]]) =>
  z.preprocess((value, context) => {
    const result = asText(value);
    if ('text' in result && (choices as readonly string[]).includes(result.text)) return result.text;
    const missing = value === undefined || value === null;
    const spelled = 'text' in result ? result.text : pythonText(value);
    context.addIssue({
      code: 'custom',
      message: missing && 'reason' in result ? result.reason : `"${echo(spelled)}" is not a valid choice.`,
    });
    return z.NEVER;
  }, z.enum(choices));

/** Input of a client, cut for answers that repeat it. */
const echo = (text: string): string => (text.length > 500 ? `${text.slice(0, 500)}…` : text);

/** The body of a request without fields. */
export const noFields = z.object({});

/** A field that may be absent. `null` is refused. */
export const optionalField = <Schema extends z.ZodType>(schema: Schema) => schema.optional();

/** Values of the valid fields, texts about the invalid ones, and keys that are no fields. */
export interface CheckedFields<Shape extends Record<string, z.ZodType>> {
  values: Partial<z.output<z.ZodObject<Shape>>>;
  faults: Record<string, string[]>;
  unexpected: string[];
}

/** Checks a body field by field. @param fields the allowed fields; an absent one is validated as `undefined` */
export function checkFields<Shape extends Record<string, z.ZodType>>(
  fields: z.ZodObject<Shape>,
  body: Record<string, unknown>,
): CheckedFields<Shape> {
  const shape = fields.shape as Record<string, z.ZodType>;
  const faults: Record<string, string[]> = {};
  const values: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(shape)) {
    const parsed = schema.safeParse(Object.hasOwn(body, name) ? body[name] : undefined);
    if (!parsed.success) faults[name] = [...new Set(parsed.error.issues.map(({ message }) => message))];
    else if (parsed.data !== undefined) values[name] = parsed.data;
  }
  return {
    values: values as CheckedFields<Shape>['values'],
    faults,
    unexpected: Object.keys(body).filter((name) => !Object.hasOwn(shape, name)),
  };
}

/** The text about unknown keys. */
export function spellUnexpected(names: string[], fields: z.ZodObject): string {
  const allowed = Object.keys(fields.shape).sort().join(', ') || 'none';
  return `Unexpected field(s): ${echo(names.toSorted().join(', '))}. Allowed fields are: ${allowed}`;
}

/**
 * Validates a body field by field. All faults are reported at once, but unknown keys only when no field failed.
 *
 * @throws AppError `invalid_fields`
 */
export function parseFields<Shape extends Record<string, z.ZodType>>(
  fields: z.ZodObject<Shape>,
  body: Record<string, unknown>,
): z.output<z.ZodObject<Shape>> {
  const { values, faults, unexpected } = checkFields(fields, body);
  if (Object.keys(faults).length > 0) throw invalidFields(faults);
  if (unexpected.length > 0) throw new AppError('invalid_fields', spellUnexpected(unexpected, fields));
  return values as z.output<z.ZodObject<Shape>>;
}

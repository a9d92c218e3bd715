import * as z from 'zod';

/** A schema that has a name in the OpenAPI document. All other schemas refer to it by that name. */
export interface Component {
  name: string;
  schema: z.ZodType;
  description: string;
  /** Descriptions of the properties, by their names. */
  fields?: Readonly<Record<string, string>>;
  /** Bodies of requests may have no other properties. Answers may: later versions add some. */
  isClosed?: boolean;
  /** Other schemas of the same objects. */
  aliases?: readonly z.ZodType[];
  /** It is written where it is used, with its name as the title: generators need no type of it. */
  isInline?: boolean;
  /** Keywords of JSON Schema that the zod schema does not say, such as conditions between fields. */
  keywords?: object;
}

type FieldTexts<Schema extends z.ZodObject> = Readonly<Record<keyof Schema['shape'] & string, string>>;

/** An object in answers. A property without a description does not compile. */
export const answerObject = <Schema extends z.ZodObject>(
  name: string,
  schema: Schema,
  description: string,
  fields: FieldTexts<Schema>,
): Component => ({ name, schema, description, fields });

/** The body of a request, or an object in one. A property without a description does not compile. */
export const requestObject = <Schema extends z.ZodObject>(
  name: string,
  schema: Schema,
  description: string,
  fields: FieldTexts<Schema>,
  keywords: object = {},
): Component => ({ name, schema, description, fields, isClosed: true, keywords });

/** A page of a list. */
export const listObject = (name: string, schema: z.ZodObject, description: string): Component => ({
  name,
  schema,
  description,
  fields: {
    next: 'URL of the next page, which keeps all other parameters; null on the last page',
    previous: 'URL of the previous page; null on the first page',
    results: 'The rows of this page. A page may have fewer rows than its size and still have a next page.',
  },
});

/** A name of generated code, from which each generator makes the spelling of its language: `EventsUpdate` for `events_update`. */
export const pascalCase = (text: string): string =>
  text
    .split(/[^a-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

/**
 * A closed list of words. Every schema with exactly these words refers to it.
 *
 * @param names of the words in generated code, where the words themselves give poor ones
 */
export const choiceList = (
  name: string,
  choices: readonly [string, ...string[]],
  description: string,
  names?: readonly string[],
): Component => ({
  name,
  schema: z.enum(choices),
  description,
  ...(names && { keywords: { 'x-enum-varnames': names } }),
});

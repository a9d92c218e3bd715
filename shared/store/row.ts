import * as z from 'zod';

/** Primary key of a row. */
export interface RowKey {
  PK: string;
  SK: string;
}

/** A stored row that its schema does not accept. The message names key and fields, never a value. */
export class UnreadableRow extends Error {
  override readonly name = 'UnreadableRow';
  readonly kind: string;
  /** `<PK> <SK>`. */
  readonly key: string;
  /** What is wrong with which field. */
  readonly fields: string[];

  constructor(kind: string, row: unknown, fields: string[]) {
    const { PK, SK } = (row ?? {}) as Partial<RowKey>;
    const key = `${PK} ${SK}`;
    super(`${kind} row ${key}: ${fields.join('; ')}`);
    this.kind = kind;
    this.key = key;
    this.fields = fields;
  }
}

/** Some fields of a value; undefined ones are left out. */
export type Fields<Value> = { [Name in keyof Value]?: Value[Name] | undefined };

/** One kind of row, read and written through one schema. */
export interface RowKind<Value> {
  name: string;
  /** Version of the format. A row without `v` has version 1. */
  version: number;
  /** @throws UnreadableRow */
  read: (item: unknown) => Value;
  /** Attributes of the value, with the version of the format as `v`. The store adds key and index attributes. */
  write: (value: Value) => Record<string, unknown>;
  /** Attributes of some fields, for an update of a row that exists. */
  writeFields: (fields: Fields<Value>) => Record<string, unknown>;
}

/** All kinds of the loaded modules, by name. A test reads a stored row of each kind and version. */
export const rowKinds = new Map<
  string,
  Pick<RowKind<unknown>, 'version' | 'read'> & { write: (value: never) => Record<string, unknown> }
>();

/**
 * Defines a kind of row. Its type is `z.output` of the schema. JSON and compressed attributes are codecs
 * (`stored-values.ts`), so that the same schema reads and writes.
 *
 * A field that is added later needs a default or must be optional: rows of earlier versions are read for ever
 * (`test/unit/store/stored-rows.test.ts` reads one of every version). A change of meaning is a new version.
 *
 * @param version of the format
 */
export function defineRow<Schema extends z.ZodObject>(
  name: string,
  version: number,
  schema: Schema,
): RowKind<z.output<Schema>> {
  const kind: RowKind<z.output<Schema>> = {
    name,
    version,
    read: createReader(name, schema),
    write: (value) => ({ ...z.encode(schema, value), v: version }),
    writeFields: (fields) => z.encode(schema.partial(), fields),
  };
  rowKinds.set(name, kind);
  return kind;
}

/** Reads a row, or the part of it that an index copies. The reader throws UnreadableRow. */
export const createReader =
  <Schema extends z.ZodObject>(name: string, schema: Schema) =>
  (item: unknown): z.output<Schema> => {
    const parsed = z.safeDecode(schema, item as z.input<Schema>);
    if (parsed.success) return parsed.data;
    const fields = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new UnreadableRow(name, item, fields);
  };

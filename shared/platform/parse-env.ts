/** Reads the text of an environment variable; undefined when it is malformed. */
export type ReadVariable<Value> = (text: string) => Value | undefined;

/** The variables of a function: how each is read, by its name. */
type Variables = Readonly<Record<string, ReadVariable<unknown>>>;

/** What infrastructure must set. */
export type EnvOf<Given extends Variables> = Record<keyof Given, string>;

export const text: ReadVariable<string> = (given) => given;

export const number: ReadVariable<number> = (given) => {
  const value = Number(given);
  return given.trim() === '' || !Number.isFinite(value) ? undefined : value;
};

export const flag: ReadVariable<boolean> = (given) =>
  given === 'true' || given === 'false' ? given === 'true' : undefined;

/** Reads the environment once at start-up. @throws Error that names missing and malformed variables, never their values */
export function parseEnv<Given extends Variables>(
  variables: Given,
  env: Readonly<Record<string, string | undefined>> = process.env,
): { [Name in keyof Given]: NonNullable<ReturnType<Given[Name]>> } {
  const read = Object.entries(variables).map(([name, readText]) => {
    const given = env[name];
    return [name, given === undefined ? undefined : readText(given)] as const;
  });
  const faulty = read.filter(([, value]) => value === undefined).map(([name]) => name);
  if (faulty.length > 0) throw new Error(`environment: ${faulty.join(', ')}`);
  return Object.fromEntries(read) as { [Name in keyof Given]: NonNullable<ReturnType<Given[Name]>> };
}

import { PSEUDO_PARAMETERS } from './local-account.ts';
import { LocalError } from './local-error.ts';

/** Looks up what a template refers to. Each function throws a LocalError for an unknown name. */
export type ReferenceLookup = {
  ref: (logicalId: string) => unknown;
  getAtt: (logicalId: string, attribute: string) => unknown;
  condition: (name: string) => boolean;
};

/** Value of `AWS::NoValue`: the property or list element that holds it is removed. */
const NO_VALUE = Symbol('AWS::NoValue');

const fail = (text: string): never => {
  throw new LocalError(text);
};

const asText = (value: unknown, where: string): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : fail(`${where} needs text, got ${JSON.stringify(value)}`);

const asList = (value: unknown, where: string): unknown[] =>
  Array.isArray(value) ? value : fail(`${where} needs a list, got ${JSON.stringify(value)}`);

const lookUpRef = (name: string, lookup: ReferenceLookup): unknown => {
  if (name === 'AWS::NoValue') return NO_VALUE;
  if (name.startsWith('AWS::')) return PSEUDO_PARAMETERS[name] ?? fail(`unsupported pseudo parameter ${name}`);
  return lookup.ref(name);
};

const lookUpAttribute = (argument: unknown, lookup: ReferenceLookup): unknown => {
  const [logicalId, attribute] =
    typeof argument === 'string' ? splitOnce(argument, '.') : asList(argument, 'Fn::GetAtt').map(String);
  return lookup.getAtt(logicalId ?? '', attribute ?? '');
};

const splitOnce = (text: string, separator: string): [string, string] => {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
};

const substitute = (argument: unknown, lookup: ReferenceLookup): string => {
  const [template, rawVariables] = typeof argument === 'string' ? [argument, {}] : asList(argument, 'Fn::Sub');
  const variables = resolveIntrinsics(rawVariables ?? {}, lookup) as Record<string, unknown>;
  return asText(template, 'Fn::Sub').replaceAll(/\$\{(!?)([^}]+)\}/g, (_match, literal: string, name: string) => {
    if (literal === '!') return `\${${name}}`;
    const value = Object.hasOwn(variables, name)
      ? variables[name]
      : name.includes('.')
        ? lookUpAttribute(name, lookup)
        : lookUpRef(name, lookup);
    return asText(value, `Fn::Sub \${${name}}`);
  });
};

const applyIntrinsic = (name: string, argument: unknown, lookup: ReferenceLookup): unknown => {
  const resolve = (value: unknown): unknown => resolveValue(value, lookup);
  switch (name) {
    case 'Ref':
      return lookUpRef(asText(argument, 'Ref'), lookup);
    case 'Fn::GetAtt':
      return lookUpAttribute(resolve(argument), lookup);
    case 'Fn::Sub':
      return substitute(argument, lookup);
    case 'Fn::Join': {
      const [separator, parts] = asList(argument, name);
      const resolved = asList(resolve(parts), name);
      return resolved.map((part) => asText(part, name)).join(asText(separator, name));
    }
    case 'Fn::Split': {
      const [separator, text] = asList(argument, name);
      return asText(resolve(text), name).split(asText(separator, name));
    }
    case 'Fn::Select': {
      const [index, list] = asList(argument, name);
      const items = asList(resolve(list), name);
      const chosen = Number(asText(resolve(index), name));
      return chosen in items ? items[chosen] : fail(`Fn::Select: index ${chosen} of ${items.length} items`);
    }
    case 'Fn::If': {
      const [condition, whenTrue, whenFalse] = asList(argument, name);
      return resolve(lookup.condition(asText(condition, name)) ? whenTrue : whenFalse);
    }
    default:
      return fail(`unsupported intrinsic function ${name}`);
  }
};

const resolveValue = (value: unknown, lookup: ReferenceLookup): unknown => {
  if (Array.isArray(value)) {
    return value.map((item) => resolveValue(item, lookup)).filter((item) => item !== NO_VALUE);
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first !== undefined && (first[0] === 'Ref' || first[0].startsWith('Fn::'))) {
    return applyIntrinsic(first[0], first[1], lookup);
  }
  return Object.fromEntries(
    entries.map(([key, item]) => [key, resolveValue(item, lookup)]).filter(([, item]) => item !== NO_VALUE),
  );
};

/**
 * Replaces every CloudFormation intrinsic in a value: `Ref`, `Fn::GetAtt`, `Fn::Join`, `Fn::Sub`, `Fn::Select`,
 * `Fn::Split`, `Fn::If` and the pseudo parameters. Throws a LocalError for any other.
 */
export const resolveIntrinsics = (value: unknown, lookup: ReferenceLookup): unknown => {
  const resolved = resolveValue(value, lookup);
  return resolved === NO_VALUE ? undefined : resolved;
};

/** Evaluates one of the template's conditions (`Fn::Equals`, `Fn::And`, `Fn::Or`, `Fn::Not`, `Condition`). */
export const evaluateCondition = (condition: unknown, lookup: ReferenceLookup): boolean => {
  const [entry] = Object.entries((condition ?? {}) as Record<string, unknown>);
  const [name, argument] = entry ?? ['nothing', undefined];
  switch (name) {
    case 'Condition':
      return lookup.condition(asText(argument, name));
    case 'Fn::Equals': {
      const [left, right] = asList(resolveIntrinsics(argument, lookup), name);
      return JSON.stringify(left) === JSON.stringify(right);
    }
    case 'Fn::And':
      return asList(argument, name).every((part) => evaluateCondition(part, lookup));
    case 'Fn::Or':
      return asList(argument, name).some((part) => evaluateCondition(part, lookup));
    case 'Fn::Not':
      return !evaluateCondition(asList(argument, name)[0], lookup);
    default:
      return fail(`unsupported condition function ${name}`);
  }
};

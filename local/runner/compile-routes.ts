import { LocalError } from './local-error.ts';

/** A route of the HTTP API, and its target. */
export type Route<Target> = { routeKey: string; target: Target };
export type RouteMatch<Target> = Route<Target> & { pathParameters: Record<string, string> | undefined };

type Segment = { kind: 'literal' | 'parameter' | 'greedy'; text: string };
type CompiledRoute<Target> = Route<Target> & { method: string; segments: Segment[]; rank: string };

const parseSegment = (text: string): Segment => {
  const name = /^\{([\w.-]+)(\+?)\}$/.exec(text);
  if (name === null) return { kind: 'literal', text };
  return { kind: name[2] === '+' ? 'greedy' : 'parameter', text: name[1] ?? '' };
};

/** Ranks a route, smaller first: from the left, literal before parameter before greedy; then a method before ANY. */
const rankOf = (segments: readonly Segment[], method: string): string => {
  const ranks = { literal: '0', parameter: '1', greedy: '2' } as const;
  return segments.map(({ kind }) => ranks[kind]).join('') + (method === 'ANY' ? '9' : '8');
};

const compileRoute = <Target>({ routeKey, target }: Route<Target>): CompiledRoute<Target> => {
  const parts = /^(ANY|GET|HEAD|OPTIONS|PUT|POST|PATCH|DELETE) \/(.*)$/.exec(routeKey);
  if (parts === null) throw new LocalError(`local mode does not know the route key "${routeKey}"`);
  const [, method = '', path = ''] = parts;
  const segments = path.split('/').map(parseSegment);
  const greedy = segments.findIndex(({ kind }) => kind === 'greedy');
  if (greedy >= 0 && greedy < segments.length - 1) throw new LocalError(`${routeKey}: {…+} must come last`);
  return { routeKey, target, method, segments, rank: rankOf(segments, method) };
};

const matchSegments = (segments: readonly Segment[], parts: readonly string[]): Record<string, string> | undefined => {
  const parameters: Record<string, string> = {};
  const isGreedy = segments.at(-1)?.kind === 'greedy';
  if (isGreedy ? parts.length < segments.length : parts.length !== segments.length) return undefined;
  for (const [index, { kind, text }] of segments.entries()) {
    const part = parts[index] ?? '';
    if (kind === 'literal' && part !== text) return undefined;
    if (kind !== 'literal' && part === '') return undefined;
    if (kind === 'parameter') parameters[text] = part;
    if (kind === 'greedy') parameters[text] = parts.slice(index).join('/');
  }
  return parameters;
};

/**
 * Compiles routes into a lookup by method and decoded path. As in API Gateway, a full match wins over a greedy match, and
 * `$default` is used when no route matches. Without it the lookup returns undefined. Throws a LocalError for a bad key.
 */
export const compileRoutes = <Target>(
  routes: readonly Route<Target>[],
): ((method: string, path: string) => RouteMatch<Target> | undefined) => {
  const fallback = routes.find(({ routeKey }) => routeKey === '$default');
  const compiled = routes
    .filter(({ routeKey }) => routeKey !== '$default')
    .map(compileRoute)
    .sort((a, b) => (a.rank < b.rank ? -1 : 1));
  return (method, path) => {
    const parts = path.slice(1).split('/');
    for (const { routeKey, target, method: routeMethod, segments } of compiled) {
      if (routeMethod !== 'ANY' && routeMethod !== method) continue;
      const parameters = matchSegments(segments, parts);
      if (parameters === undefined) continue;
      return { routeKey, target, pathParameters: Object.keys(parameters).length > 0 ? parameters : undefined };
    }
    return fallback === undefined ? undefined : { ...fallback, pathParameters: undefined };
  };
};

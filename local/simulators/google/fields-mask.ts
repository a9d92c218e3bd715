import { parameterError } from './google-error.ts';

/** A parsed partial-response mask: `*` at a level keeps all of it; an empty tree below a name keeps its whole value. */
type FieldTree = Map<string, FieldTree>;

const LISTING_FIELDS = new Set(
  'kind,etag,summary,description,updated,timeZone,accessRole,defaultReminders,nextPageToken,nextSyncToken,items'.split(
    ',',
  ),
);

function invalid(mask: string): never {
  throw parameterError('fields', `Invalid field selection ${mask}`, 'invalidParameter');
}

/** Parses `a,b(c,d),e/f`. Throws 400 `Invalid field selection`. */
function parseFieldsMask(mask: string): FieldTree {
  let position = 0;
  const readLevel = (closed: boolean): FieldTree => {
    const level: FieldTree = new Map();
    for (;;) {
      let node = level;
      for (;;) {
        const name = /^(\*|[A-Za-z][A-Za-z0-9]*)/.exec(mask.slice(position))?.[0] ?? invalid(mask);
        position += name.length;
        const child = node.get(name) ?? new Map();
        node.set(name, child);
        node = child;
        if (mask[position] !== '/') break;
        position += 1;
      }
      if (mask[position] === '(') {
        position += 1;
        for (const [name, child] of readLevel(true)) node.set(name, child);
      }
      if (mask[position] !== ',') break;
      position += 1;
    }
    if (closed && mask[position++] !== ')') invalid(mask);
    return level;
  };
  const tree = readLevel(false);
  return position === mask.length ? tree : invalid(mask);
}

function project(value: unknown, tree: FieldTree): unknown {
  if (tree.size === 0 || tree.has('*') || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => project(item, tree));
  const kept: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    const child = tree.get(name);
    if (child !== undefined) kept[name] = project(member, child);
  }
  return kept;
}

/**
 * Applies a `fields=` mask. What the mask does not name is dropped, `nextSyncToken` and `nextPageToken` included, which
 * is how sync silently breaks in reality. For event listings an unknown name at the top is a 400.
 */
export function applyFieldsMask(body: unknown, mask: string, isListing: boolean): unknown {
  const tree = parseFieldsMask(mask);
  for (const name of isListing ? tree.keys() : []) if (name !== '*' && !LISTING_FIELDS.has(name)) invalid(name);
  return project(body, tree);
}

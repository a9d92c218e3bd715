import { JsonNumber } from '../http/json-number.ts';
import { pythonType } from '../http/python-spelling.ts';
import { checkFields, spellUnexpected } from '../http/request-fields.ts';
import { invalidFields } from '../platform/app-error.ts';
import { type BotRule, type BotRules, ruleLimits } from './bot-rules.ts';
import { botRuleFields, botRulesFields } from './bot-rules-fields.api.ts';

/**
 * The body of `PUT /bot_rules`.
 *
 * @throws AppError `invalid_fields` with all faults at once. The faults of a rule have its place (`rules[0].action`).
 *   Unknown keys (of a rule: `rules[0]`) are faults only when no field failed, as in all bodies.
 */
export function parseBotRules(body: Record<string, unknown>): Omit<BotRules, 'updated_at'> {
  const { values, faults, unexpected } = checkFields(botRulesFields, body);
  const unknown: Record<string, string[]> =
    unexpected.length > 0 ? { non_field_errors: [spellUnexpected(unexpected, botRulesFields)] } : {};
  const rules: BotRule[] = [];
  const given = values.rules ?? [];
  const isTooLarge = Buffer.byteLength(JSON.stringify(given)) > ruleLimits.bytes;
  // Rules this large are not parsed, because the texts of faults repeat their input.
  if (isTooLarge) faults.rules = [`Ensure the rules have no more than ${ruleLimits.bytes} bytes together.`];
  for (const [index, item] of isTooLarge ? [] : given.entries()) {
    const place = `rules[${index}]`;
    if (typeof item !== 'object' || item === null || Array.isArray(item) || item instanceof JsonNumber) {
      faults[place] = [spellNoRule(item)];
      continue;
    }
    const checked = checkFields(botRuleFields, item as Record<string, unknown>);
    for (const [name, texts] of Object.entries(checked.faults)) faults[`${place}.${name}`] = texts;
    if (checked.unexpected.length > 0) unknown[place] = [spellUnexpected(checked.unexpected, botRuleFields)];
    rules.push(checked.values as BotRule);
  }
  for (const found of [faults, unknown]) if (Object.keys(found).length > 0) throw invalidFields(found);
  return { rules, internal_domains: [...new Set(values.internal_domains ?? [])] };
}

const spellNoRule = (item: unknown): string =>
  item === null ? 'This field may not be null.' : `Invalid data. Expected a dictionary, but got ${pythonType(item)}.`;

import { describe, expect, it } from 'vitest';
import { flag, number, parseEnv, text } from '../../../shared/platform/parse-env.ts';
import { webhookPorts } from '../../../shared/webhooks/egress/webhook-ports.ts';

describe('the environment of a function', () => {
  it('is read with the type of each variable', () => {
    const variables = { NAME: text, DAYS: number, IS_LOCAL: flag, PORTS: webhookPorts };
    const env = { NAME: '', DAYS: '1.5', IS_LOCAL: 'false', PORTS: '443,8443', OTHER: 'x' };
    expect(parseEnv(variables, env)).toEqual({ NAME: '', DAYS: 1.5, IS_LOCAL: false, PORTS: [443, 8443] });
  });

  it.each([
    [number, ['', ' ', 'many', 'NaN', 'Infinity']],
    [flag, ['', 'yes', 'TRUE', 'constructor']],
    [webhookPorts, ['', '443,', '0', '65536', '1.5', 'https']],
  ])('is refused where a variable is malformed', (read, texts) => {
    for (const given of texts) expect(() => parseEnv({ A: read }, { A: given })).toThrow('environment: A');
  });

  it('names all that is missing or malformed, and none of the values', () => {
    const failed = () => parseEnv({ A: text, B: number, C: text }, { B: 'secret', C: 'fine' });
    expect(failed).toThrow(/^environment: A, B$/);
  });
});

import { describe, expect, it } from 'vitest';
import { createLogger } from '../../../shared/platform/create-logger.ts';

type Line = Record<string, unknown>;

function useLogger(env: Record<string, string> = {}) {
  const texts: string[] = [];
  const logger = createLogger((text) => texts.push(text), { SERVICE_NAME: 'sync-calendar', ...env });
  return { logger, texts, lines: () => texts.map((text) => JSON.parse(text) as Line) };
}

describe('a log line', () => {
  it('is one line of JSON with level, text, time, function and the given fields', () => {
    const { logger, texts, lines } = useLogger();
    logger.info('synced\nwell', { calendar_id: 'cal_1', changes: 0, stale: false });
    expect(texts[0]).toMatch(/^\{"level":"INFO",[^\n]*\}\n$/);
    expect(lines()).toEqual([
      {
        level: 'INFO',
        message: 'synced\nwell',
        timestamp: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/),
        service: 'sync-calendar',
        calendar_id: 'cal_1',
        changes: 0,
        stale: false,
      },
    ]);
  });

  it('has the level of its method', () => {
    const { logger, lines } = useLogger();
    logger.info('a');
    logger.warn('b');
    logger.error('c');
    expect(lines().map(({ level }) => level)).toEqual(['INFO', 'WARN', 'ERROR']);
  });

  it('names its invocation and trace, and whether the invocation was the first', () => {
    const { logger, lines } = useLogger({ _X_AMZN_TRACE_ID: 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1' });
    for (const awsRequestId of ['first', 'second']) {
      logger.addContext({ awsRequestId });
      logger.info('done');
    }
    const xray_trace_id = '1-5759e988-bd862e3fe1be46a994272793';
    expect(lines()).toMatchObject([
      { cold_start: true, function_request_id: 'first', xray_trace_id },
      { cold_start: false, function_request_id: 'second', xray_trace_id },
    ]);
  });

  it('shows an error with its name, text, stack, cause and properties', () => {
    const { logger, lines } = useLogger();
    const cause = Object.assign(new TypeError('fetch failed'), { code: 'ECONNRESET' });
    logger.error('unexpected error', { error: new Error('no answer', { cause }) });
    expect(lines()[0]).toMatchObject({
      error: {
        name: 'Error',
        message: 'no answer',
        stack: expect.stringContaining('create-logger.test.ts'),
        cause: { name: 'TypeError', message: 'fetch failed', code: 'ECONNRESET' },
      },
    });
  });

  it('leaves out what is undefined, null or empty', () => {
    const { logger, lines } = useLogger();
    logger.info('done', { a: undefined, b: null, c: '' });
    expect(Object.keys(lines()[0] ?? {})).toEqual(['level', 'message', 'timestamp', 'service']);
  });

  it('keeps its level and text, whatever the fields are named', () => {
    const { logger, lines } = useLogger();
    logger.error('done', { level: 'DEBUG', message: 'other' });
    expect(lines()).toMatchObject([{ level: 'ERROR', message: 'done' }]);
  });

  it('is written whatever its fields hold', () => {
    const { logger, lines } = useLogger();
    const circle: Record<string, unknown> = { big: 2n ** 70n };
    circle['self'] = { circle };
    logger.info('done', { circle, twice: [circle, circle] });
    expect(lines()).toMatchObject([{ circle: { big: '1180591620717411303424', self: {} } }]);
  });
});

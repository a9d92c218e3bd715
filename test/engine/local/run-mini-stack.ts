// `npm run local` with the mini stack in place of Kalends.
import { runLocal } from '../../../local/run-local.ts';
import { seedNothing, synthesizeMiniStack } from './mini-stack.ts';

const failing = process.env['MINI_STACK_FAILS'] === 'yes';
const unknown = { Stream: { Type: 'AWS::Kinesis::Stream' } };
await runLocal({ seed: seedNothing, synthesize: synthesizeMiniStack(failing ? unknown : {}) });

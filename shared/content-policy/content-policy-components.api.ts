import { answerObject, type Component, choiceList, requestObject } from '../http/component.ts';
import { contentPolicyFields, contentPolicyOut } from './content-policy.api.ts';
import { contentModes } from './content-policy.ts';

export const contentPolicyExample = {
  mode: 'fields',
  fields: ['name', 'meeting_url'],
  drop_event_types: ['birthday'],
} as const;

const mode = 'How much of an event is stored';

export const contentPolicyComponents: readonly Component[] = [
  answerObject('ContentPolicy', contentPolicyOut, 'How much of an event a project stores.', {
    mode,
    fields: 'What the mode `fields` keeps; empty in all other modes',
    drop_event_types: 'Events of these types are not stored',
  }),
  requestObject('PutContentPolicy', contentPolicyFields, 'How much of an event the project is to store.', {
    mode,
    fields: 'What the mode `fields` keeps; only for this mode, and required by it',
    drop_event_types: 'Events of these types are not stored; absent is none',
  }),
  choiceList('ContentMode', contentModes, 'How much of an event is stored.'),
];

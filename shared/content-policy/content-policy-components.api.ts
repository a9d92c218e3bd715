import { answerObject, type Component, choiceList, requestObject } from '../http/component.ts';
import { contentPolicyFields, contentPolicyOut } from './content-policy.api.ts';
import { contentFields, contentModes, droppableTypes } from './content-policy.ts';

export const contentPolicyExample = {
  mode: 'fields',
  fields: ['name', 'meeting_url'],
  drop_event_types: ['birthday'],
} as const;

const mode = 'How much of an event is stored';

/** The mode `fields` names them, and no other mode does. */
const fieldsOfMode = {
  not: {
    anyOf: [
      { properties: { mode: { const: 'fields' }, fields: { not: {} } } },
      { properties: { mode: { not: { const: 'fields' } }, fields: { minItems: 1 } }, required: ['fields'] },
    ],
  },
};

export const contentPolicyComponents: readonly Component[] = [
  answerObject('ContentPolicy', contentPolicyOut, 'How much of an event a project stores.', {
    mode,
    fields: 'What the mode `fields` keeps; empty in all other modes',
    drop_event_types: 'Events of these types are not stored',
  }),
  requestObject(
    'PutContentPolicy',
    contentPolicyFields,
    'How much of an event the project is to store.',
    {
      mode,
      fields: 'What the mode `fields` keeps; only for this mode, and required by it',
      drop_event_types: 'Events of these types are not stored; absent is none',
    },
    fieldsOfMode,
  ),
  choiceList('ContentMode', contentModes, 'How much of an event is stored.'),
  choiceList('ContentField', contentFields, 'What the mode `fields` may keep.'),
  choiceList('DroppableEventType', droppableTypes, 'A type whose events a project may drop.'),
];

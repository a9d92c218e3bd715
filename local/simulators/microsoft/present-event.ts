import { presentBody } from './event-body.ts';
import { showId } from './event-ids.ts';
import { formatSlot } from './event-slot.ts';
import type { EventView } from './expand-series.ts';
import type { MicrosoftEvent } from './microsoft-event.ts';
import type { Preferences } from './read-preferences.ts';
import { presentRecurrence } from './recurrence-pattern.ts';

/** How an answer is wanted, and whose mailbox it comes from. */
export type Presentation = Pick<Preferences, 'zone' | 'zoneName' | 'textBody' | 'immutableIds'> & {
  owner: { name: string; address: string };
};

const NEVER = '0001-01-01T00:00:00Z';
const NOWHERE = { displayName: '', locationType: 'default', uniqueIdType: 'unknown', address: {}, coordinates: {} };

function changeKey(view: EventView): string {
  return Buffer.from(`change ${String(view.revision).padStart(9, '0')}`).toString('base64');
}

/** What Graph keeps to itself about an occurrence in a delta round: everything but id, series and times. */
export function presentStub(view: EventView, presentation: Presentation): MicrosoftEvent {
  return {
    '@odata.type': '#microsoft.graph.event',
    '@odata.etag': `W/"${changeKey(view)}"`,
    id: showId(view.id, presentation.immutableIds),
    seriesMasterId: showId(view.masterId ?? view.id, presentation.immutableIds),
    type: view.type,
    ...formatSlot(view.slot, presentation),
  };
}

/** UTC with seven digits, as Graph writes its own stamps. */
function formatStamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 23)}0000Z`;
}

function presentPeople({ fields }: EventView, { owner }: Presentation) {
  const organizer = fields.organizer ?? { emailAddress: owner };
  const isOrganizer = fields.isOrganizer ?? organizer.emailAddress.address === owner.address;
  const response = isOrganizer ? 'organizer' : 'notResponded';
  return {
    organizer,
    isOrganizer,
    responseStatus: { response, time: NEVER, ...fields.responseStatus },
    responseRequested: true,
    attendees: (fields.attendees ?? []).map(({ type = 'required', status, emailAddress }) => ({
      type,
      status: { response: 'none' as const, time: NEVER, ...status },
      emailAddress,
    })),
  };
}

/** The full event resource. Masters carry their recurrence, instances of a series their original start. */
export function presentEvent(view: EventView, presentation: Presentation): MicrosoftEvent {
  const { fields, slot, masterId } = view;
  const { recurrence, isDraft = false, isOnlineMeeting = fields.onlineMeeting !== undefined } = fields;
  const { onlineMeetingProvider = isOnlineMeeting ? ('teamsForBusiness' as const) : ('unknown' as const) } = fields;
  const location = fields.location === undefined ? NOWHERE : { ...NOWHERE, ...fields.location };
  const shown = {
    '@odata.type': '#microsoft.graph.event' as const,
    '@odata.etag': `W/"${changeKey(view)}"`,
    id: showId(view.id, presentation.immutableIds),
    createdDateTime: formatStamp(view.createdMs),
    lastModifiedDateTime: formatStamp(view.updatedMs),
    changeKey: changeKey(view),
    categories: fields.categories ?? [],
    transactionId: null,
    originalStartTimeZone: fields.originalStartTimeZone ?? slot.zoneName,
    originalEndTimeZone: fields.originalEndTimeZone ?? fields.end.timeZone ?? slot.zoneName,
    // Docs and the field disagree; here all instances of a series share it, the harder case for a client.
    iCalUId: fields.iCalUId ?? `040000008200E00074C5B7101A82E008${Buffer.from(masterId ?? view.id).toString('hex')}`,
    reminderMinutesBeforeStart: 15,
    isReminderOn: true,
    hasAttachments: false,
    subject: fields.subject ?? '',
    ...presentBody(fields.body, presentation.textBody),
    importance: fields.importance ?? 'normal',
    sensitivity: fields.sensitivity ?? 'normal',
    isAllDay: slot.allDay,
    isCancelled: fields.isCancelled ?? false,
    isDraft,
    type: view.type,
    showAs: fields.showAs ?? 'busy',
    seriesMasterId: masterId === undefined ? null : showId(masterId, presentation.immutableIds),
    webLink: `https://outlook.office365.com/owa/?itemid=${encodeURIComponent(view.id)}&exvsurl=1&path=/calendar/item`,
    isOnlineMeeting,
    onlineMeetingProvider,
    onlineMeeting: fields.onlineMeeting ?? null,
    onlineMeetingUrl: fields.onlineMeetingUrl ?? null,
    allowNewTimeProposals: true,
    hideAttendees: fields.hideAttendees ?? false,
    ...formatSlot(slot, presentation),
    location,
    locations: fields.locations ?? (fields.location === undefined ? [] : [location]),
    recurrence: recurrence === undefined ? null : presentRecurrence(recurrence, slot),
    ...presentPeople(view, presentation),
    ...(view.originalStartMs === undefined ? {} : { originalStart: new Date(view.originalStartMs).toISOString() }),
  };
  return shown as MicrosoftEvent;
}

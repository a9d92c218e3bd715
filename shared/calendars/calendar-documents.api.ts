import * as z from 'zod';
import { contentPolicyFields, contentPolicyOut } from '../content-policy/content-policy.api.ts';
import { detailOut, fieldErrorsOut, lookupErrorOut } from '../http/error-schemas.ts';
import { cursor, type Documents } from '../http/operation-document.ts';
import { noFields } from '../http/request-fields.ts';
import { listOut } from '../http/response-fields.ts';
import { calendarHealthOut } from '../sync/calendar-health.api.ts';
import { calendarSyncOut, requestedSyncOut } from '../sync/sync-log.api.ts';
import { calendarOut, createCalendarFields, updateCalendarFields } from './calendar.api.ts';
import type { calendarRoutes } from './calendar-routes.api.ts';

export const calendarDocuments: Documents<typeof calendarRoutes> = {
  createCalendar: {
    summary: 'Connect a calendar and start its first sync',
    tag: 'Calendars',
    query: {
      verify: { description: '`true`: refresh the token and read the calendar first; 400 names the wrong field' },
    },
    request: createCalendarFields,
    responses: { 201: calendarOut, 400: z.union([fieldErrorsOut, detailOut]), 415: detailOut },
  },
  listCalendars: {
    summary: 'List calendars, newest first',
    tag: 'Calendars',
    query: { deduplication_key: { description: 'Only the calendar with this key' }, cursor },
    responses: { 200: listOut(calendarOut), 404: detailOut },
  },
  getCalendar: {
    summary: 'Read a calendar',
    tag: 'Calendars',
    responses: { 200: calendarOut, 404: lookupErrorOut },
  },
  updateCalendar: {
    summary: 'Change credentials, metadata or the sync window; every successful change starts a sync',
    tag: 'Calendars',
    request: updateCalendarFields,
    responses: { 200: calendarOut, 400: z.union([fieldErrorsOut, detailOut]), 404: lookupErrorOut, 415: detailOut },
  },
  deleteCalendar: {
    summary: 'Delete a calendar with its events, its push channels and its bots that have not joined',
    tag: 'Calendars',
    responses: { 200: null, 404: lookupErrorOut },
  },
  listCalendarSyncs: {
    summary: 'List the last sync runs of a calendar, newest first',
    tag: 'Freshness',
    query: { cursor },
    responses: { 200: listOut(calendarSyncOut), 404: z.union([lookupErrorOut, detailOut]) },
  },
  syncCalendar: {
    summary: 'Start a sync now',
    tag: 'Freshness',
    request: noFields,
    responses: {
      202: requestedSyncOut,
      400: z.union([fieldErrorsOut, detailOut]),
      404: lookupErrorOut,
      415: detailOut,
    },
  },
  getContentPolicy: {
    summary: 'Read how much of an event is stored',
    tag: 'Calendars',
    responses: { 200: contentPolicyOut },
  },
  putContentPolicy: {
    summary: 'Replace the content policy; with another one all calendars are listed again',
    tag: 'Calendars',
    request: contentPolicyFields,
    responses: { 200: contentPolicyOut, 400: z.union([fieldErrorsOut, detailOut]), 415: detailOut },
  },
  getCalendarHealth: {
    summary: 'Read how fresh a calendar is, and whether push works',
    tag: 'Freshness',
    responses: { 200: calendarHealthOut, 404: lookupErrorOut },
  },
};

import * as z from 'zod';
import { listOf } from '../platform/list-of.ts';
import type { MeetingLinkSources } from './list-meeting-links.ts';

const text = z.string().nullish().catch(null);
const placeSchema = z.object({ displayName: text, locationUri: text });

/** Where the events of both providers have links; their fields have different names. What is unreadable counts as absent. */
const eventSchema = z.object({
  // Google
  summary: text,
  description: text,
  hangoutLink: text,
  conferenceData: z
    .object({ entryPoints: listOf(z.object({ entryPointType: text, uri: text })) })
    .nullish()
    .catch(null),
  // Microsoft
  subject: text,
  body: z.object({ content: text }).nullish().catch(null),
  onlineMeeting: z.object({ joinUrl: text }).nullish().catch(null),
  onlineMeetingUrl: text,
  locations: listOf(placeSchema),
  // A text of Google, an object of Microsoft
  location: z.union([z.string(), placeSchema]).nullish().catch(null),
});

const isText = (value: string | null | undefined): value is string => Boolean(value);

/** The sources of links in an event as it is stored. A text that was dropped has left its links. */
export function storedLinkSourcesOf({
  raw,
  body_links: links,
}: {
  raw: Record<string, unknown>;
  body_links?: string[] | undefined;
}): MeetingLinkSources {
  const sources = linkSourcesOf(raw);
  return links ? { ...sources, body: links.join('\n') } : sources;
}

/** The sources of links in an event as its provider delivers it, and as it is stored in `raw`. Never throws. */
export function linkSourcesOf(raw: Record<string, unknown>): MeetingLinkSources {
  const event = eventSchema.parse(raw);
  const videos = (event.conferenceData?.entryPoints ?? []).filter(({ entryPointType }) => entryPointType === 'video');
  const { location } = event;
  const places = typeof location === 'string' ? [] : [location, ...(event.locations ?? [])];
  const placeTexts = places.flatMap((place) => [place?.displayName, place?.locationUri]).filter(isText);
  return {
    title: event.summary ?? event.subject ?? null,
    entryPoints: [
      ...videos.map(({ uri }) => uri),
      event.hangoutLink,
      event.onlineMeeting?.joinUrl,
      event.onlineMeetingUrl,
    ].filter(isText),
    location: typeof location === 'string' ? location : placeTexts.join('\n') || null,
    body: event.description ?? event.body?.content ?? null,
  };
}

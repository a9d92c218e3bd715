import { type AwsJsonDeps, createAwsJsonClient } from './aws-json-client.ts';

/** The fields of https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html in use. */
interface BusEntry {
  EventBusName: string;
  Source: string;
  DetailType: string;
  Detail: string;
}

/** What became of an entry: without `EventId` the bus did not take it. */
interface PutEntry {
  EventId?: string;
  ErrorCode?: string;
}

/** EventBridge, as far as functions call it. A call is repeated when it was throttled, failed or got no answer. */
export interface EventBridgeClient {
  /** @param entries ten at most @returns what became of each, in their order */
  putEvents(entries: BusEntry[]): Promise<PutEntry[]>;
}

export function createEventBridgeClient(deps: Partial<AwsJsonDeps> = {}): EventBridgeClient {
  const call = createAwsJsonClient(
    { name: 'events', variable: 'AWS_ENDPOINT_URL_EVENTBRIDGE', target: 'AWSEvents', jsonVersion: '1.1' },
    deps,
  );
  return {
    putEvents: async (entries) => {
      const { Entries } = await call('PutEvents', { Entries: entries });
      return Array.isArray(Entries) ? Entries : [];
    },
  };
}

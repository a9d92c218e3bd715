import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { type Fact, factSource, factVersion } from './notification.ts';

export interface FactBus {
  /** @throws when the bus did not take the fact */
  publish(fact: Fact): Promise<void>;
}

export function createFactBus(client: Pick<EventBridgeClient, 'send'>, busName: string): FactBus {
  return {
    publish: async (fact) => {
      const { FailedEntryCount, Entries } = await client.send(
        new PutEventsCommand({
          Entries: [
            {
              EventBusName: busName,
              Source: factSource,
              DetailType: fact.payload.trigger,
              Detail: JSON.stringify({ version: factVersion, ...fact }),
            },
          ],
        }),
      );
      if (FailedEntryCount) throw new Error(`the bus refused a fact: ${Entries?.[0]?.ErrorCode ?? 'unknown'}`);
    },
  };
}

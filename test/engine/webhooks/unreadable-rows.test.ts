import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { type RowKey, UnreadableRow } from '../../../shared/store/row.ts';
import { deliveryKey } from '../../../shared/webhooks/delivery-row.ts';
import { findDelivery } from '../../../shared/webhooks/delivery-store.ts';
import { webhookKey } from '../../../shared/webhooks/endpoint-row.ts';
import { findWebhook, listWebhooks } from '../../../shared/webhooks/endpoint-store.ts';
import { createDeliveryHarness } from '../../support/delivery-harness.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();

const damage = (key: RowKey, field: string): Promise<unknown> =>
  stack.table.client.send(
    new UpdateCommand({
      TableName: stack.table.name,
      Key: { PK: key.PK, SK: key.SK },
      UpdateExpression: 'SET #field = :garbage',
      ExpressionAttributeNames: { '#field': field },
      ExpressionAttributeValues: { ':garbage': 'not that' },
    }),
  );

describe('A row of webhooks that cannot be read', () => {
  it('of an endpoint costs the project’s other endpoints nothing', async () => {
    const harness = createDeliveryHarness(stack.table);
    const broken = await harness.addEndpoint();
    const other = await harness.addEndpoint();
    await damage(webhookKey(harness.projectId, broken.id), 'is_active');
    await harness.announce();
    expect(harness.arrivals.map(({ url }) => url)).toEqual([other.url]);
    expect((await listWebhooks(stack.table, harness.projectId)).map(({ id }) => id)).toEqual([other.id]);
    await expect(findWebhook(stack.table, harness.projectId, broken.id)).rejects.toThrow(UnreadableRow);
  });

  it('of a delivery costs the other deliveries of its endpoint nothing', async () => {
    const harness = createDeliveryHarness(stack.table);
    const endpoint = await harness.addEndpoint();
    await harness.announce();
    const [first] = await harness.deliveries(endpoint);
    await damage(deliveryKey(endpoint.id, first?.id ?? expect.fail('no delivery')), 'status');
    await harness.announce();
    expect((await harness.deliveries(endpoint)).map(({ status }) => status)).toEqual(['delivered']);
    await expect(findDelivery(stack.table, endpoint.id, first?.id ?? '')).rejects.toThrow(UnreadableRow);
  });
});

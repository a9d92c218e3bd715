// What the functions of the mini stack do: an API that stores a job and queues it, a worker, a listener, a minute rule.
import { DynamoDBClient, GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyEventV2, SQSEvent } from 'aws-lambda';

const TableName = process.env['TABLE_NAME'];
const dynamodb = new DynamoDBClient();
const sqs = new SQSClient();
const bus = new EventBridgeClient();

const count = (id: string, name: string) =>
  dynamodb.send(
    new UpdateItemCommand({
      TableName,
      Key: { pk: { S: id } },
      UpdateExpression: 'ADD #name :one',
      ExpressionAttributeNames: { '#name': name },
      ExpressionAttributeValues: { ':one': { N: '1' } },
    }),
  );

export const serve = async (event: APIGatewayProxyEventV2) => {
  const id = event.pathParameters?.['id'] ?? '';
  if (event.requestContext.http.method === 'GET') {
    const { Item = {} } = await dynamodb.send(new GetItemCommand({ TableName, Key: { pk: { S: id } } }));
    return Object.fromEntries(Object.entries(Item).map(([name, value]) => [name, Number(value.N ?? 0)]));
  }
  await dynamodb.send(new PutItemCommand({ TableName, Item: { pk: { S: id }, at: { N: String(Date.now()) } } }));
  const message = {
    MessageBody: id,
    MessageGroupId: id,
    MessageDeduplicationId: `${id}-${event.requestContext.requestId}`,
  };
  await sqs.send(new SendMessageCommand({ QueueUrl: process.env['QUEUE_URL'], ...message }));
  return { statusCode: 201, body: process.env['SECRET'] };
};

export const work = async (event: SQSEvent) => {
  for (const { body } of event.Records) {
    await count(body, 'worked');
    const Entries = [
      {
        EventBusName: process.env['BUS'],
        Source: 'mini',
        DetailType: 'job.done',
        Detail: JSON.stringify({ id: body }),
      },
    ];
    await bus.send(new PutEventsCommand({ Entries }));
    await count(body, 'finished');
  }
};

export const listen = async (event: SQSEvent) => {
  for (const { body } of event.Records)
    await count((JSON.parse(body) as { detail: { id: string } }).detail.id, 'announced');
};

export const dispatch = async () => ({ now: Date.now() });

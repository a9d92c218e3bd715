/** Bundled instead of the 60 kB with which the AWS SDK reads event streams. DynamoDB has none. */
export class EventStreamSerde {
  constructor() {
    throw new Error('event streams are not bundled');
  }
}

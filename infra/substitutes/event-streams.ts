const refuse = (): never => {
  throw new Error('event streams are not bundled');
};

/** Bundled instead of the 60 kB with which the AWS SDK reads event streams. DynamoDB has none. */
export const EventStreamSerde = refuse;
export const eventStreamSerdeProvider = (): never => refuse();

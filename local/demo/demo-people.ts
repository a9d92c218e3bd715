/** A person of the demo. `key` is the `deduplication_key` of their calendar in Kalends. */
export interface Person {
  name: string;
  email: string;
  key: string;
}

export const ada: Person = { name: 'Ada', email: 'ada@example.com', key: 'ada' };
export const ben: Person = { name: 'Ben', email: 'ben@example.com', key: 'ben' };

/** Returns the other of the two people. */
export const colleagueOf = (person: Person): Person => (person.key === ada.key ? ben : ada);

import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';

/**
 * Bytes of a row as DynamoDB counts them: names and values of its attributes
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html).
 */
export function itemBytes(row: Record<string, unknown>): number {
  const attributes = Object.entries(marshall(row, { removeUndefinedValues: true }));
  return attributes.reduce((sum, [name, value]) => sum + textBytes(name) + valueBytes(value), 0);
}

const textBytes = (text: string): number => Buffer.byteLength(text);

const sumOf = <Element>(elements: Element[], bytesOf: (element: Element) => number): number =>
  elements.reduce((sum, element) => sum + bytesOf(element), 0);

/** A list or map has 3 bytes, and each of its elements has one more. */
const overhead = { container: 3, element: 1 };

function valueBytes(value: AttributeValue): number {
  if (value.S !== undefined) return textBytes(value.S);
  if (value.N !== undefined) return numberBytes(value.N);
  if (value.B !== undefined) return value.B.byteLength;
  if (value.SS !== undefined) return sumOf(value.SS, textBytes);
  if (value.NS !== undefined) return sumOf(value.NS, numberBytes);
  if (value.BS !== undefined) return sumOf(value.BS, ({ byteLength }) => byteLength);
  if (value.L !== undefined) {
    return overhead.container + sumOf(value.L, (element) => overhead.element + valueBytes(element));
  }
  if (value.M !== undefined) {
    const bytesOf = ([name, element]: [string, AttributeValue]): number =>
      overhead.element + textBytes(name) + valueBytes(element);
    return overhead.container + sumOf(Object.entries(value.M), bytesOf);
  }
  // Null and Boolean values.
  return 1;
}

/** One byte for two significant digits, and one more; another one for a sign. */
function numberBytes(text: string): number {
  const digits = text
    .replace(/e.*$/i, '')
    .replace(/^-|\./g, '')
    .replace(/^0+|0+$/g, '');
  return Math.ceil(digits.length / 2) + 1 + (text.startsWith('-') ? 1 : 0);
}

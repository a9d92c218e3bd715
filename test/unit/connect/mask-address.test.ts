import { expect, it } from 'vitest';
import { maskAddress } from '../../../shared/connect/mask-address.ts';

it.each([
  ['paula@example.com', 'p***@example.com'],
  ['p@example.com', 'p***@example.com'],
  ['"a@b"@example.com', '"***@example.com'],
  ['😀smile@example.com', '😀***@example.com'],
  ['DOMAIN\\paula', 'D***'],
  ['@example.com', '***@example.com'],
  ['', '***'],
])('The address %s is named as %s', (address, masked) => expect(maskAddress(address)).toBe(masked));

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAssembly } from '../../../local/runner/assembly.ts';
import { resolveIntrinsics } from '../../../local/runner/resolve-intrinsics.ts';
import { resolveTemplate } from '../../../local/runner/resolve-template.ts';

const lookup = {
  ref: (id: string) => `ref-${id}`,
  getAtt: (id: string, attribute: string) => `${id}.${attribute}`,
  condition: (name: string) => name === 'Yes',
};
const resolve = (value: unknown): unknown => resolveIntrinsics(value, lookup);

describe('intrinsic functions', () => {
  it.each([
    [{ Ref: 'Queue' }, 'ref-Queue'],
    [{ Ref: 'AWS::Region' }, 'us-east-1'],
    [{ 'Fn::GetAtt': ['Queue', 'Arn'] }, 'Queue.Arn'],
    [{ 'Fn::GetAtt': 'Queue.Nested.Arn' }, 'Queue.Nested.Arn'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'B' }, 1]] }, 'a-ref-B-1'],
    [{ 'Fn::Sub': 'x ${A} ${B.Arn} ${!C} ${AWS::AccountId}' }, 'x ref-A B.Arn ${C} 000000000000'],
    [{ 'Fn::Sub': ['${A}/${own}', { own: { Ref: 'O' } }] }, 'ref-A/ref-O'],
    [{ 'Fn::Select': ['1', { 'Fn::Split': [':', { 'Fn::GetAtt': ['A', 'x:y'] }] }] }, 'y'],
    [{ 'Fn::If': ['Yes', { Ref: 'A' }, 'b'] }, 'ref-A'],
    [{ 'Fn::If': ['No', { Ref: 'A' }, 'b'] }, 'b'],
  ])('resolves %j', (value, expected) => {
    expect(resolve(value)).toEqual(expected);
  });

  it('drops properties and list elements that are AWS::NoValue', () => {
    const nothing = { 'Fn::If': ['No', 1, { Ref: 'AWS::NoValue' }] };
    expect(resolve({ a: nothing, b: [1, nothing, 2] })).toEqual({ b: [1, 2] });
  });

  it('refuses intrinsics it does not know', () => {
    expect(() => resolve({ 'Fn::ImportValue': 'other' })).toThrow('unsupported intrinsic function Fn::ImportValue');
    expect(() => resolve({ Ref: 'AWS::Secret' })).toThrow('unsupported pseudo parameter AWS::Secret');
  });

  it('leaves every value without intrinsics as it is', () => {
    const plain = fc.jsonValue().filter((value) => !/"(Ref|Fn::[^"]*)"/.test(JSON.stringify(value)));
    fc.assert(
      fc.property(plain, (value) => {
        expect(resolve(value)).toEqual(value);
      }),
    );
  });
});

const endpoints = { sqsEndpoint: 'http://127.0.0.1:1', apiUrl: 'http://127.0.0.1:2' };
const resolveResources = (Resources: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  resolveTemplate(parseAssembly({ Resources, ...more }).template, endpoints);

describe('template', () => {
  it('gives resources the ids and ARNs their references resolve to', () => {
    const resources = resolveResources({
      Jobs0A1B2C3D: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } },
      Other: {
        Type: 'AWS::SQS::Queue',
        Properties: { url: { Ref: 'Jobs0A1B2C3D' }, arn: { 'Fn::GetAtt': ['Jobs0A1B2C3D', 'Arn'] } },
      },
    });
    expect(resources.map(({ name }) => name)).toEqual(['Jobs.fifo', 'Other']);
    expect(resources[1]?.properties).toEqual({
      url: 'http://127.0.0.1:1/000000000000/Jobs.fifo',
      arn: 'arn:aws:sqs:us-east-1:000000000000:Jobs.fifo',
    });
  });

  it('keeps whole logical ids where the readable part is not unique', () => {
    const queue = { Type: 'AWS::SQS::Queue' };
    const names = resolveResources({ Jobs0A1B2C3D: queue, JobsFFFFFFFF: queue }).map(({ name }) => name);
    expect(names).toEqual(['Jobs0A1B2C3D', 'JobsFFFFFFFF']);
  });

  it('leaves out resources whose condition does not hold and those that need no running', () => {
    const conditions = { No: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] }] } };
    const resources = resolveResources(
      {
        Gone: { Type: 'AWS::SQS::Queue', Condition: 'No' },
        Role: { Type: 'AWS::IAM::Role', Properties: { any: { 'Fn::Cidr': [] } } },
        Kept: { Type: 'AWS::SQS::Queue' },
      },
      { Conditions: conditions },
    );
    expect(resources.map(({ logicalId }) => logicalId)).toEqual(['Kept']);
  });

  it('refuses resource types it neither runs nor knowingly ignores', () => {
    expect(() => resolveResources({ Stream: { Type: 'AWS::Kinesis::Stream' } })).toThrow(
      'local mode cannot run Stream: resource type AWS::Kinesis::Stream',
    );
  });

  it('refuses references that lead nowhere', () => {
    const queue = (value: unknown) => ({ Queue: { Type: 'AWS::SQS::Queue', Properties: { value } } });
    expect(() => resolveResources(queue({ Ref: 'Missing' }))).toThrow('refers to Missing');
    expect(() => resolveResources(queue({ 'Fn::GetAtt': ['Queue', 'Colour'] }))).toThrow('attribute Colour of Queue');
  });
});

import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { platforms } from '../../../shared/calendars/calendar.ts';
import { findFaults } from '../../../shared/organizations/find-organization-faults.ts';
import { openapiDocument, operationDocuments } from '../../../shared/service/openapi.api.ts';
import { createSchemaCompiler } from '../../support/openapi-validator.ts';

const compiler = createSchemaCompiler(openapiDocument({ version: '1.0.0', url: 'https://kalends.example' }));
const findFault = compiler.findFaultIn({ $ref: '#/components/schemas/CreateOrganizationConnection' });

const { privateKey: private_key } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const service_account_key = {
  type: 'service_account',
  project_id: 'acme-calendars',
  private_key_id: '1',
  private_key,
  client_email: 'kalends@acme-calendars.iam.gserviceaccount.com',
  client_id: '104',
};
const googles = [
  {},
  { google: { service_account_key } },
  { google: { service_account_key, admin_subject: 'admin@acme.example' } },
];
const microsofts = [
  {},
  { microsoft: { tenant: 'acme.example', client_id: 'a', client_secret: 'b' } },
  { microsoft: { tenant: 'common', client_id: 'a', client_secret: 'b' } },
];
const [users, group] = [{ users: ['ada@acme.example'] }, { group: 'sales@acme.example' }];
const choices = [{}, users, group, { ...users, ...group }];

const bodies = platforms.flatMap((platform) =>
  googles.flatMap((google) =>
    microsofts.flatMap((microsoft) => choices.map((choice) => ({ platform, ...google, ...microsoft, ...choice }))),
  ),
);

describe('The document of a new organization connection', () => {
  it('has the conditions between its fields that the API checks', () => {
    const fields = operationDocuments.createOrganizationConnection.request?.schema;
    const verdicts = bodies.map((body) => {
      const faults = findFaults(fields?.parse(body) as Parameters<typeof findFaults>[0]);
      const isAccepted = Object.keys(faults).length === 0;
      return { body, faults, isAccepted, isSame: isAccepted === (findFault(body) === null) };
    });
    expect(verdicts.filter(({ isSame }) => !isSame)).toEqual([]);
    expect(verdicts.filter(({ isAccepted }) => isAccepted).length).toBeGreaterThan(5);
  });
});

import * as z from 'zod';
import { platforms } from '../calendars/calendar.ts';
import { booleanField } from '../http/boolean-field.ts';
import { integerField } from '../http/integer-field.ts';
import { listField } from '../http/list-field.ts';
import { metadataField } from '../http/metadata-field.ts';
import {
  checkFields,
  choiceField,
  optionalField,
  spellUnexpected,
  textField,
  textSchema,
} from '../http/request-fields.ts';
import type { NewOrganization, OrganizationChanges, ServiceAccountFile } from './new-organization.ts';
import { usualMailboxesPerMinute } from './organization.ts';

/** As long as that of a calendar. */
const longestSecret = 16_384;
const longestAddress = 254;
const mostUsers = 1_000;

/** Mailboxes that may be connected a minute, where Google has granted a larger quota. */
const mostMailboxesPerMinute = 6_000;

const addressPattern = /^[\w.!#$%&'*+=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)*$/;
const addressSchema = () => z.string().meta({ maxLength: longestAddress, pattern: addressPattern.source });
const addressField = () =>
  textField(longestAddress)
    .superRefine((text, context) => {
      if (!addressPattern.test(text)) context.addIssue({ code: 'custom', message: 'Enter a valid email address.' });
    })
    .overwrite((text) => text.toLowerCase())
    .meta({ maxLength: longestAddress, pattern: addressPattern.source });

const usersField = () => listField(addressField(), mostUsers).overwrite((users) => [...new Set(users)]);

const tenantPattern = /^[\w-]+(?:\.[\w-]+)*$/;
const tenantSchema = () => z.string().meta({ maxLength: 255, pattern: tenantPattern.source });
/** A tenant's id or domain. It becomes a part of the URL at which tokens are requested. */
const tenantField = () =>
  textField(255)
    .superRefine((text, context) => {
      if (!tenantPattern.test(text))
        context.addIssue({ code: 'custom', message: 'Enter the id or domain of one tenant.' });
    })
    .meta({ maxLength: 255, pattern: tenantPattern.source });

/** The parts of a key file that are read. Google adds others, which are ignored. */
const keyFileFields = z.object({
  type: choiceField(['service_account']),
  project_id: textField(255),
  private_key_id: textField(255),
  private_key: textField(longestSecret),
  client_email: addressField(),
  client_id: textField(255),
});

/** The same, as the document describes it. */
export const serviceAccountKeySchema = z.looseObject({
  type: z.literal('service_account'),
  project_id: textSchema(255),
  private_key_id: textSchema(255),
  private_key: textSchema(longestSecret),
  client_email: addressSchema(),
  client_id: textSchema(255),
});

/**
 * An object in a body. Faults of its fields are texts that begin with their names.
 *
 * @param schema as the document describes it
 */
const nestedField = <Value extends object>(fields: z.ZodObject, schema: z.ZodType, { isOpen = false } = {}) =>
  z
    .unknown()
    .transform((value, context): unknown => {
      const refuse = (message: string) => context.addIssue({ code: 'custom', message });
      if (value === undefined) refuse('This field is required.');
      else if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse('Enter an object.');
      if (context.issues.length > 0) return z.NEVER;
      const { values, faults, unexpected } = checkFields(fields, value as Record<string, unknown>);
      for (const [name, texts] of Object.entries(faults)) {
        for (const text of texts) refuse(`${name}: ${text}`);
      }
      if (!isOpen && unexpected.length > 0) refuse(spellUnexpected(unexpected, fields));
      return context.issues.length > 0 ? z.NEVER : values;
    })
    .pipe(schema) as unknown as z.ZodType<Value>;

const keyFileField = () => nestedField<ServiceAccountFile>(keyFileFields, serviceAccountKeySchema, { isOpen: true });

export const googleSchema = z.object({
  service_account_key: serviceAccountKeySchema,
  admin_subject: addressSchema().optional(),
});
export const microsoftSchema = z.object({
  tenant: tenantSchema(),
  client_id: textSchema(255),
  client_secret: textSchema(longestSecret),
});
export const googleChangeSchema = googleSchema.partial();
export const microsoftChangeSchema = microsoftSchema.pick({ client_secret: true });

/** Body of `POST /organization_connections` (docs/use/organizations.md). */
export const createOrganizationFields = z.object({
  platform: choiceField(platforms),
  google: optionalField(
    nestedField<NonNullable<NewOrganization['google']>>(
      z.object({ service_account_key: keyFileField(), admin_subject: optionalField(addressField()) }),
      googleSchema,
    ),
  ),
  microsoft: optionalField(
    nestedField<NonNullable<NewOrganization['microsoft']>>(
      z.object({ tenant: tenantField(), client_id: textField(255), client_secret: textField(longestSecret) }),
      microsoftSchema,
    ),
  ),
  users: optionalField(usersField()),
  group: optionalField(textField(255)),
  mailboxes_per_minute: optionalField(integerField(1, mostMailboxesPerMinute)).meta({
    default: usualMailboxesPerMinute,
  }),
  metadata: optionalField(metadataField()),
  deduplication_key: optionalField(textField(1024)),
});

/** Body of `PATCH /organization_connections/{id}`. */
export const updateOrganizationFields = z.object({
  paused: optionalField(booleanField()),
  google: optionalField(
    nestedField<NonNullable<OrganizationChanges['google']>>(
      z.object({
        service_account_key: optionalField(keyFileField()),
        admin_subject: optionalField(addressField()),
      }),
      googleChangeSchema,
    ),
  ),
  microsoft: optionalField(
    nestedField<{ client_secret: string }>(
      z.object({ client_secret: textField(longestSecret) }),
      microsoftChangeSchema,
    ),
  ),
  users: optionalField(usersField()),
  group: optionalField(textField(255)),
  mailboxes_per_minute: optionalField(integerField(1, mostMailboxesPerMinute)),
  metadata: optionalField(metadataField()),
});

import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { bundleFunctions } from './bundle.ts';
import { readSettings } from './config.ts';
import { KalendsStack } from './kalends-stack.ts';

const app = new App();
const settings = readSettings(app.node.tryGetContext('settings'), process.env.KALENDS_SETTINGS);
const bundles = join(app.outdir, 'functions');
await bundleFunctions(bundles, { isReadable: process.env.KALENDS_BUNDLES === 'readable' });
// The CDK's command line sets the region of the credentials. A synth without credentials needs any region.
const region = process.env.CDK_DEFAULT_REGION ?? process.env.AWS_REGION ?? 'us-east-1';
new KalendsStack(app, settings.stackName, { settings, bundles, env: { region } });
app.synth();

import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import { readEnvironment } from '../aws/environment';
import { LedgerStore } from '../aws/ledger-store';
import { loggedHandler } from '../aws/logged-handler';
import { RoutingStore } from '../aws/routing-store';
import { ArtifactStore } from '../aws/store';
import { drawWidget } from './draw-widget';

const { bucketName, routingParameter } = readEnvironment('draw-widget', z.object({}));
const store = new ArtifactStore(new S3Client(), bucketName);
const routing = new RoutingStore(new SSMClient(), routingParameter);
const props = { store, routing, ledger: new LedgerStore(store, routing), now: () => new Date() };

/** Draws the custom widgets of the pipeline's dashboard. */
export const handler = loggedHandler((event): Promise<string> => drawWidget(event, props));

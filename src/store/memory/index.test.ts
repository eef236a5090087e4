import { describeIncidentStore } from '../_contract/incident-store.ts';
import { createMemoryStore } from './index.ts';

describeIncidentStore('the memory store', async () => createMemoryStore());

import { describePostgresStore } from './contract.ts'

// A suite of its own, so that both can run at the same time.
describePostgresStore('PostgreSQL, each request alone', { batchWrites: false })

import { describePostgresStore } from './contract.ts'

describePostgresStore('PostgreSQL', { batchWrites: true })

import { describePostgresStore } from './postgres/contract.ts'

describePostgresStore('PostgreSQL', { batchWrites: true })

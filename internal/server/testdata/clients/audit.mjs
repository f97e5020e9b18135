// node audit.mjs URL: prints each audit of the GraphQL over HTTP specification with its result, as JSON.
import { auditServer } from 'graphql-http'

const results = await auditServer({ url: process.argv[2] })
console.log(JSON.stringify(results.map(({ id, name, status, reason }) => ({ id, name, status, reason: reason && String(reason) }))))

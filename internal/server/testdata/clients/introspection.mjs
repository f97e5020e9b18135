// node introspection.mjs: prints the query with which tools read a schema.
import { getIntrospectionQuery } from 'graphql'

console.log(getIntrospectionQuery({ descriptions: true, specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true, inputValueDeprecation: true, oneOf: true }))

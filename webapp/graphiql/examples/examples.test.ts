import { readFileSync } from 'node:fs'
import { buildSchema, parse, validate } from 'graphql'
import { expect, test } from 'vitest'
import { examples } from '.'

const schema = buildSchema(readFileSync('schema.graphql', 'utf8'))

test.each(examples)('the example is valid: $query', ({ query, variables }) => {
  const document = parse(query)
  expect(validate(schema, document).map(({ message }) => message)).toEqual([])
  const declared = document.definitions.flatMap((d) => ('variableDefinitions' in d ? (d.variableDefinitions ?? []) : []))
  expect(new Set(declared.map((d) => d.variable.name.value))).toEqual(new Set(Object.keys(JSON.parse(variables))))
})

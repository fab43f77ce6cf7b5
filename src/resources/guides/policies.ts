/** Sources: PPL.md 1.2 to 1.10. Each example is a policy by itself. */
export const policies = `# Writing policies (PPL)

A policy is a list of rules. A rule has allow, deny or both; each holds blocks of criteria:

- and: all hold. or: any holds. not: none holds. nor: not all hold.

Every block is one alternative, joined by OR: with other blocks of its rule, with other rules, with other policies of the route. So allow with \`and\` beside \`or\` lets in whoever passes either; "corp except Bob" needs a deny. A deny beats every allow. Without an allow that holds nobody gets in.

\`\`\`yaml
# One company, without one person
- allow:
    and:
      - domain: {is: corp.example}
  deny:
    or:
      - email: {is: bob@corp.example}
\`\`\`

\`\`\`yaml
# Named people
- allow:
    or:
      - email: {in: [anna@corp.example, bo@partner.example]}
\`\`\`

\`\`\`yaml
# A group from the identity provider, from the office only
- allow:
    and:
      - claim/groups: {has: platform}
      - source_ip: 203.0.113.0/24
\`\`\`

\`\`\`yaml
# A guard rail to enforce: it can only refuse
- deny:
    not:
      - domain: {is: corp.example}
\`\`\`

## Criteria
- email, domain (without @), user (the provider's subject, never an address): is, in, not, not_in, contains, starts_with, ends_with. Case counts.
- claim/NAME, groups: has, is (the only one), exclude. Nothing else. groups wants a directory and its ids; claim/groups is what the provider sends.
- source_ip: an address, a CIDR or a list of them, plain.
- date: {before: "2030-01-31T18:00:00Z"} in the same \`and\` as the e-mail gives access until then; after works likewise. day_of_week: mon-fri. time_of_day: {timezone, after, before}.
- accept: everyone, no login. authenticated_user: anyone who can log in with the provider.
- mcp_tool: the tool of an MCP call. To limit tools write deny with not_in; in an allow it also refuses listing them.

## Traps
- Without a login the e-mail is "". not, not_in or an empty condition on email or a claim under allow opens the route to everybody: add authenticated_user to the same \`and\`, or write a deny.
- An enforced policy is on every route of its namespace and below, and joined by OR: an enforced allow opens them all. Enforce only denies.
- source_ip, day_of_week and their kind name nobody: alone under allow they are public.
- A deny about people makes a public route ask for a login.
- Paths and methods are no boundary: make separate routes.
- List items are indented under their block, one key each; data is under its criterion.

Before writing: \`draft_policy\` turns words into PPL, \`check_policy\` says what a policy does and what is wrong, \`check_access\` whether a person gets through a route.
`;

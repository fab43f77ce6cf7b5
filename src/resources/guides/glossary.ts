/** Sources: FACTS 3.1 to 3.6, PPL.md 1.8. */
export const glossary = `# Glossary

- **organization**: the account's top; owns clusters, people, invitations and API users. An API token belongs to one.
- **namespace**: a place for records. One root; each cluster has its own below it, with the cluster's id. What stands in a namespace is inherited by those below.
- **cluster**: a running Pomerium with its settings and a domain (name-NNNN.pomerium.app). Made of **replicas**.
- **custom domain**: one's own domain for a cluster's routes, pointed at its starter domain.
- **route**: public address → service.
- **policy**: who may pass, written in **PPL**. Shared by routes through policyIds.
- **enforced policy**: on every route of its namespace and below, present and future; listed apart, as enforcedPolicyIds.
- **criterion**: one condition of a policy, like email or source_ip.
- **settings**: one record per cluster: identity provider, time-outs, cookies, autoApplyChangesets.
- **key pair**: a certificate, with or without its private key, which never comes back (hasKey tells).
- **service account**: an identity for programs behind a cluster; it carries the userId it acts as. Its token is a credential.
- **API user**: an identity for programs that use this API, as this server does. Not a service account.
- **refresh token / API token**: what an API user logs in with. **cluster token**: what a replica logs in with.
- **user**: a person with a role in the organization: owner, admin, auditor (reads all), member (what is granted). Visitors of routes needn't be users.
- **draft**: a saved change that isn't live yet. **live**: what visitors meet.
- **changeset**: a cluster's changes that go live together. **apply**: to make them live. **auto-apply**: every change at once.
- **activity log**: each change with who made it, a snapshot, and when it was applied.
- **plan**: what a call would do, shown to a person. **approval**: that person's yes, bound to that plan, good once. **journal**: this server's own record of what it sent.
- **guarded, unattended, read-only**: whether this server asks before what goes live, doesn't ask, or can't write.
- **pinned**: the operator has fixed the organization or cluster; it is then no argument.
- **originatorId**: the tool that manages a record (Terraform, an ingress controller). Such a tool may overwrite edits.
- **403**: Zero also answers it for an id that doesn't exist.
`;

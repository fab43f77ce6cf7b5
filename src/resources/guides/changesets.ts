/** Sources: FACTS 3.1 and 3.3, and what this server adds. */
export const changesets = `# Changesets

A write to a route, policy, key pair or setting is a draft. Each cluster gathers its drafts in one pending changeset, whoever made them: the agent, another agent, a person in the console. Applying it sends everything in it to the cluster at once. Reads answer the saved records, drafts included, not what visitors meet now.

Status: pending → applying → applied or failed. A failed one says why in failureMessage.

## What can't be done
- Apply some of the changes: it is all or nothing.
- Discard or revert a changeset. To take a draft back, write the record as it was; \`plan_rollback\` works out how, \`rollback\` does it.
- Undo what is live at once: organizations, clusters, users, invitations, service accounts and custom domains belong to no changeset.

## Auto-apply
It is a setting of each cluster (autoApplyChangesets) and on unless somebody has switched it off. Where it is on, every draft goes live by itself, and this server treats it so: in guarded mode it asks a person first. A record in a namespace above several clusters concerns all of them.

## The way
1. Write the drafts. Several small edits of one record are one change.
2. \`list_changesets\` with status pending: find the cluster's changeset.
3. \`plan_changeset\`: before and after of each record, who edited it, and whether this server did. Read what isn't yours; tell the person about it.
4. \`check_policy\` on each policy in it that isn't yours: what it does, in words.
5. \`apply_changeset\`: in guarded mode it answers confirmation_required, with who gains and who loses access. Tell the person its message. After their yes make the same call again, with the same arguments; if anything has changed meanwhile, a person is asked anew.
6. If it failed: \`list_changesets\` for the failureMessage, \`get_cluster_health\` for the check config_build.

A confirmation can't be given by an argument. Don't look for another way round it: say what waits and stop.
`;

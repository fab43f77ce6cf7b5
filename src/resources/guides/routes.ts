/** Sources: ROUTES.md 2.1 to 2.7, FACTS 3.3 and 3.4. */
export const routes = `# Choosing a route's options

A route leads a public address (from) to a service (to), past its policies. Needed: namespaceId (a cluster's is its own id), name (unique in the namespace), from, to, policyIds. Leave the rest out unless it is asked for.

## Address
- from: https://app.DOMAIN, no path. DOMAIN is the cluster's domain or a custom domain of it. Other kinds: tcp+https://db.DOMAIN:5432, udp+https://, ssh://host. A * in the host takes any label.
- to: scheme and host the cluster can reach, like http://grafana.monitoring.svc:3000. Several share the load; weights as https://a,70, on all or on none. One of to, redirect and response; redirect wins over response, response over to. All three need a policy.

## Matching
One of prefix, path (exact), regex (whole path, RE2). prefix /admin also takes /administrator. Routes of one host need different matchers: longer paths go first, and what no route takes gets 404.

## Who gets in
- policyIds may be empty: then only enforced policies count, and usually nobody gets in.
- Reuse a policy that fits (\`find\`) before making one. Several are joined by OR, denies first.
- Rights that differ by path: separate routes.

## What services need
- Web sockets (Grafana Live, Jupyter, chat, terminals): allowWebsockets. It also lifts the time-out.
- Long requests, streams: timeout (default 30s); idleTimeout (default 5m). "0s" is no limit.
- The service builds links from its host: preserveHostHeader, or hostRewrite for another host.
- It must know who is there: passIdentityHeaders sends a signed assertion.
- A token or key of its own: setRequestHeaders. Hidden values read "[redacted by zero-mcp]": never send them back.
- https with a private authority: tlsCustomCaKeyPairId, or tlsUpstreamServerName where the name differs. tlsSkipVerify gives up the check: only if the person asks for it.
- A Kubernetes API: kubernetesServiceAccountToken, with allowSpdy for kubectl exec.
- An MCP server: mcp.server. Limit its tools in a policy (mcp_tool).
- SSH, TCP and UDP: no header, path or cookie option matters.

## The way
1. \`find\` or \`list_routes\`: is there a route for it already?
2. \`validate_route\`: what is wrong with the plan, and which routes it would shadow.
3. \`create_route\`, or \`update_route\` with only the fields to change; clear removes fields.
4. \`check_access\` for a person who should get in and one who shouldn't.
5. The change is a draft: see zero://guides/changesets.
`;

/** The page's one stylesheet. Colours keep a contrast of at least 4.5 to 1 on what they stand on, in both schemes. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #f5f6f8; --sheet: #fff; --ink: #1a2230; --soft: #566172; --line: #dde2e8; --tint: #f0f2f5;
  --link: #1f56c9; --go: #1d7a44; --go-ink: #fff; --grave: #b3261e; --grave-ink: #fff;
  --add: #e6f5ea; --add-mark: #c5e8cf; --add-ink: #11572b; --cut: #fcebea; --cut-mark: #f6cfcc; --cut-ink: #8a1c16;
  --warn: #fff5dc; --warn-line: #d39200; --warn-ink: #684600; --info: #e8effc; --info-ink: #1d458f;
  --text: system-ui, -apple-system, "Segoe UI", Inter, Roboto, "Helvetica Neue", Arial, sans-serif;
  --code: ui-monospace, SFMono-Regular, "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0f1319; --sheet: #171c24; --ink: #e3e8ef; --soft: #9ba7b6; --line: #2a323d; --tint: #1d242e;
    --link: #8ab0ff; --go: #26834c; --go-ink: #fff; --grave: #c9372c; --grave-ink: #fff;
    --add: #12291b; --add-mark: #1b4429; --add-ink: #a9e7bd; --cut: #321a1b; --cut-mark: #572526; --cut-ink: #ffbdb8;
    --warn: #2e2510; --warn-line: #b98613; --warn-ink: #f2d48b; --info: #17253f; --info-ink: #b3ccff;
  }
}
* { box-sizing: border-box; }
html { scroll-padding: 1rem 0 9rem; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink); font: 1rem/1.5 var(--text); overflow-wrap: anywhere; }
main, .top p { max-width: 68rem; margin: 0 auto; padding: 0 1.5rem; }
main { padding-bottom: 1.5rem; }
.top { border-bottom: 1px solid var(--line); background: var(--sheet); }
.top p { padding-top: .7rem; padding-bottom: .7rem; font-weight: 650; font-size: .9rem; }
.top span { color: var(--soft); font-weight: 400; }
nav[aria-label="Back"] { margin-top: 1.75rem; font-size: .9rem; }
h1 { font-size: clamp(1.25rem, 1rem + 1.4vw, 1.75rem); line-height: 1.3; letter-spacing: -.012em; font-weight: 650; margin: .75rem 0 1.25rem; text-wrap: pretty; }
nav + h1 { margin-top: .5rem; }
.lead { margin: -.5rem 0 1.25rem; max-width: 46rem; }
main > h1:first-child { margin-top: 2rem; }
h2 { font-size: 1.15rem; line-height: 1.35; font-weight: 650; margin: 2.5rem 0 .5rem; }
h3 { font-size: .9rem; font-weight: 600; color: var(--soft); margin: 1.5rem 0 .5rem; }
h4 { font-size: 1rem; font-weight: 600; margin: 0; display: flex; gap: .6rem; align-items: baseline; flex-wrap: wrap; }
p { margin: .5rem 0; }
a { color: var(--link); text-underline-offset: .15em; text-decoration-thickness: 1px; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 3px; }
code, kbd { font-family: var(--code); font-size: .86em; }
.says, .hint { color: var(--soft); max-width: 46rem; }
.count { display: inline-block; min-width: 1.6em; padding: 0 .45em; border-radius: 1em; background: var(--tint); color: var(--soft); font-size: .8rem; font-weight: 500; text-align: center; vertical-align: .1em; border: 1px solid var(--line); }
.id { color: var(--soft); font-size: .8rem; }

dl.facts { display: grid; grid-template-columns: 1fr 1fr; gap: .9rem 2.5rem; margin: 0 0 1.5rem; padding: 1.1rem 1.25rem; background: var(--sheet); border: 1px solid var(--line); border-radius: .6rem; }
.facts dt { font-size: .8rem; color: var(--soft); }
.facts dd { margin: 0; }
.facts ul { list-style: none; margin: 0; padding: 0; }
.effect { font-weight: 600; }
.skip { font-size: .9rem; }

.note, .standing, .problem { margin: .6rem 0; padding: .65rem .9rem; border-radius: .4rem; border: 1px solid transparent; border-left: 4px solid var(--warn-line); background: var(--warn); color: var(--warn-ink); }
.notes { list-style: none; padding: 0; margin: .6rem 0; }
.standing { border-left-color: var(--soft); background: var(--tint); color: var(--ink); font-weight: 600; }
.standing.approved { border-left-color: var(--go); background: var(--add); color: var(--add-ink); }
.standing.declined, .problem, .note.doubt { border-left-color: var(--grave); background: var(--cut); color: var(--cut-ink); }

.contents { margin: 1.75rem 0 0; padding: .4rem 1.25rem 1rem; background: var(--sheet); border: 1px solid var(--line); border-radius: .6rem; }
.contents h2 { font-size: .9rem; margin: 1rem 0 .4rem; }
.contents ol { list-style: none; margin: 0; padding: 0; columns: 22rem 2; column-gap: 2rem; }
.contents li { break-inside: avoid; padding: .1rem 0; font-size: .9rem; }
.contents a { text-decoration: none; color: inherit; display: inline-block; }
.contents a:hover bdi { text-decoration: underline; }
.contents .type { color: var(--soft); }

.entity { background: var(--sheet); border: 1px solid var(--line); border-radius: .6rem; margin: .6rem 0 1rem; overflow: clip; }
.entity > header { padding: .8rem 1.1rem; display: flex; flex-wrap: wrap; gap: .15rem .9rem; align-items: baseline; }
.entity > .hint { padding: 0 1.1rem; margin: .6rem 0 .9rem; font-size: .9rem; }
.edits { list-style: none; flex-basis: 100%; margin: 0; padding: 0; font-size: .875rem; color: var(--soft); }
.edits .who { color: var(--ink); }
.badge { font-size: .75rem; font-weight: 600; line-height: 1.5; padding: .05rem .5rem; border-radius: .3rem; background: var(--info); color: var(--info-ink); }
.badge.create { background: var(--add-mark); color: var(--add-ink); }
.badge.delete { background: var(--cut-mark); color: var(--cut-ink); }
.waiting .entity { border-style: dashed; }
.entity.foreign { border-color: var(--warn-line); border-left: 4px solid var(--warn-line); }
.foreign > header { background: var(--warn); }
.foreign > header, .foreign .edits, .foreign .edits .who, .foreign .id { color: var(--warn-ink); }

.door { padding: .8rem 1.1rem; }
.door h3 { margin: 0; font-size: 1rem; color: var(--ink); }
.door ul { list-style: none; margin: .4rem 0 0; padding: 0; }
.door li { display: flex; gap: .6rem; align-items: baseline; padding: .15rem 0; }
.door .badge { flex: none; min-width: 4rem; text-align: center; }
.door .names { display: flex; flex-wrap: wrap; gap: 0 1rem; font-size: .9rem; color: var(--soft); }
.door .remarks { font-size: .9rem; color: var(--soft); }
.door .remarks li { display: block; }
.listed ul { margin: .4rem 0; padding-left: 1.2rem; }
.listed.unchecked { color: var(--soft); }
.listed.introduced li { color: var(--cut-ink); }

table { width: 100%; border-collapse: collapse; table-layout: fixed; font-size: .9rem; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
th, td { text-align: left; vertical-align: top; padding: .45rem .8rem; border-top: 1px solid var(--line); font-weight: 400; }
thead th { font-size: .8rem; color: var(--soft); padding-block: .3rem; background: var(--tint); }
th:first-child { width: 12.5rem; padding-left: 1.1rem; }
tbody th { font-family: var(--code); font-size: .82rem; line-height: 1.6; }
td + td { border-left: 1px solid var(--line); }
td code { display: block; font-size: .82rem; line-height: 1.6; }
.line, .gap { display: block; white-space: pre-wrap; text-decoration: none; min-height: 1.6em; }
.compares .line, .compares .gap { padding-left: 1.3rem; position: relative; }
.compares .line::before { position: absolute; left: .3rem; }
del.line::before { content: "\\2212"; }
ins.line::before { content: "+"; }
del.line { background: var(--cut); color: var(--cut-ink); }
ins.line { background: var(--add); color: var(--add-ink); }
.delete .shows .line { color: var(--cut-ink); }
.compares td { padding-inline: .4rem; }
.absent { color: var(--soft); font-style: italic; padding-left: 1.3rem; }
.side { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }

.offer { margin-top: 3rem; padding: .3rem 1.25rem 1.4rem; background: var(--sheet); border: 1px solid var(--line); border-radius: .6rem; }
.offer h2 { margin-top: 1rem; }
.forms { display: flex; flex-wrap: wrap; gap: .9rem; align-items: flex-end; }
.offer .forms { margin-top: 1.1rem; }
.forms label { display: block; margin-bottom: .35rem; }
.bar { position: sticky; bottom: 0; margin-top: 1.25rem; padding: .8rem 1.25rem; background: var(--sheet); border: 1px solid var(--line); border-radius: .6rem .6rem 0 0; box-shadow: 0 -2px 10px rgb(0 0 0 / .12); }
.bar .problem { margin: 0 0 .7rem; }
kbd { padding: .1em .4em; border: 1px solid var(--line); border-radius: .25rem; background: var(--tint); white-space: pre-wrap; }
input:not([type="hidden"]) { font: inherit; font-family: var(--code); font-size: .95rem; color: inherit; background: var(--page); border: 1px solid var(--soft); border-radius: .4rem; padding: .5rem .7rem; width: 20rem; max-width: 100%; margin-right: .5rem; }
input[aria-invalid] { border-color: var(--grave); box-shadow: 0 0 0 1px var(--grave); }
button { font: inherit; font-weight: 600; min-width: 8rem; padding: .55rem 1.3rem; border-radius: .4rem; border: 1px solid transparent; cursor: pointer; }
.approve { background: var(--go); color: var(--go-ink); }
.approve.grave { background: var(--grave); color: var(--grave-ink); }
.reject { background: transparent; border-color: var(--soft); color: var(--ink); }
button:hover { filter: brightness(1.08); }

.questions { list-style: none; padding: 0; margin: 0; border: 1px solid var(--line); border-radius: .6rem; background: var(--sheet); overflow: clip; }
.questions li { padding: 1rem 1.25rem; }
.questions li + li { border-top: 1px solid var(--line); }
.questions .headline { font-weight: 600; }
.questions .facts { display: flex; flex-wrap: wrap; gap: .15rem 1.1rem; align-items: baseline; margin: .3rem 0 0; color: var(--soft); font-size: .9rem; }
.earlier .headline { font-weight: 400; }

@media (max-width: 44rem) {
  main, .top p { padding-inline: 1rem; }
  dl.facts { grid-template-columns: 1fr; gap: .7rem; padding: .9rem 1rem; }
  table, tbody, tr, th, td { display: block; width: auto; }
  thead { display: none; }
  th:first-child { width: auto; }
  tbody tr { border-top: 1px solid var(--line); padding: .5rem 0; }
  tbody th { font-weight: 600; }
  tbody th, td { border: 0; padding: .15rem 1rem; }
  td + td { border-left: 0; }
  .compares td { padding-inline: 1rem; }
  .side { position: static; width: auto; height: auto; clip-path: none; display: block; font-size: .75rem; color: var(--soft); }
  .gap { display: none; }
  .compares .line, .absent { padding-left: 1.1rem; }
  .compares .line::before { left: .2rem; }
  .offer .forms, .offer .forms form, .offer .forms button { width: 100%; }
  .bar { margin-inline: -1rem; padding: .6rem 1rem; border-radius: 0; }
  .bar .forms { gap: .6rem; flex-wrap: nowrap; }
  .bar form { flex: 1 1 auto; }
  .bar button { width: 100%; min-width: 0; }
  .bar label { font-size: .9rem; }
  input:not([type="hidden"]) { width: 100%; margin: 0 0 .5rem; }
}
@media (forced-colors: active) {
  ins.line, del.line { forced-color-adjust: none; }
}
`;

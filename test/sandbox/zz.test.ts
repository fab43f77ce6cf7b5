import { test } from 'vitest';
import { Session } from 'node:inspector/promises';
import { createSandbox } from '../../src/sandbox/sandbox.js';
test('b', async () => {
  const s = new Session(); s.connect(); await s.post('Profiler.enable'); await s.post('Profiler.setSamplingInterval', {interval: 200}); await s.post('Profiler.start');
  const t = performance.now(); createSandbox(); const total = performance.now() - t;
  const { profile } = await s.post('Profiler.stop') as any;
  const self: Record<string, number> = {}; const dt = profile.timeDeltas; const byId = new Map(profile.nodes.map((n:any)=>[n.id,n]));
  profile.samples.forEach((id:number,i:number)=>{ const n:any = byId.get(id); const k = n.callFrame.functionName+' '+n.callFrame.url.split('/').pop()+':'+n.callFrame.lineNumber; self[k]=(self[k]??0)+dt[i]/1000; });
  console.log(total, Object.entries(self).sort((a,b)=>b[1]-a[1]).slice(0,25).map(([k,v])=>v.toFixed(1)+' '+k).join('\n'));
});

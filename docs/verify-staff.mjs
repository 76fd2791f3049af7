// Counts the required staff of a planning group again from its futures, and compares (30 lines; shares no code with wrapcast):
//   wrapcast staff --group NAME --paths paths.csv --json > heads.json && node docs/verify-staff.mjs heads.json paths.csv
// For groups whose contacts wait for an answer (Erlang C, Erlang A). Exit code 0: every figure agrees; 1: one does not.
import { readFileSync } from 'node:fs'
const report = JSON.parse(readFileSync(process.argv[2], 'utf8')), group = report.groups[0], s = group.service, paths = report.paths
const states = (x, y) => { let all = 1, waiting = 0, w = 1; for (let j = 1; w > 0 && (j < 9 || w > all * 1e-17); j++) { w *= y / (x + j); all += w; waiting += j * w }
  return { all, waiting } } // of j = 0, 1, 2 … contacts waiting: the weights together, and times j
const met = (n, load, handle) => { // whether n agents meet the goal: Erlang C, or Erlang A with a patience
  let b = 1, theta = s.patience_seconds, wait, gone = 0, asa, late
  for (let i = 1; i <= n; i++) b = load * b / (i + load * b)
  if (!theta) { if (n <= load) return false
    wait = b / (1 - load / n * (1 - b)); asa = wait * handle / (n - load); late = wait * Math.exp(-(n - load) * s.within_seconds / handle)
  } else { const x = n * theta / handle, y = load / handle * theta, t = s.within_seconds / theta, a = states(x, y)
    wait = 1 / (1 + (1 / b - 1) / a.all); asa = wait * a.waiting / a.all * theta / y; gone = asa / theta
    late = wait * x / (x + 1) * Math.exp(-(x + 1) * t + y * (1 - Math.exp(-t))) * states(x + 1, y * Math.exp(-t)).all / a.all }
  return (!s.service_level || 1 - gone - late >= s.service_level) && (!s.asa_seconds || asa <= s.asa_seconds) &&
    (!s.max_abandoned || gone <= s.max_abandoned) && (!s.max_occupancy || load * (1 - gone) / n <= s.max_occupancy) }
const people = (contacts, seconds) => { if (!contacts) return 0
  let n = 1; while (!met(n, seconds / 900, seconds / contacts)) n++
  return Math.ceil(n / s.at_once) }
const needs = Object.fromEntries(group.intervals.map((i) => [i.start, new Array(paths).fill(0)]))
for (const line of readFileSync(process.argv[3], 'utf8').trim().split('\n').slice(1)) { const [start, k, contacts, seconds] = line.split(',')
  if (needs[start]) needs[start][k] = people(+contacts, +seconds) } // a path that is not in the file needs nobody
const enough = (values, share) => values.toSorted((a, b) => a - b)[Math.ceil(share * values.length - 1e-9) - 1], sum = (values) => values.reduce((a, b) => a + b, 0)
let wrong = 0; const same = (what, a, b) => { if (Math.abs(a - b) > 1e-6 * (1 + Math.abs(b))) { wrong++; console.log(`${what}: ${a} counted again, reported ${b}`) } }
for (const i of group.intervals) { const mean = people(i.contacts, i.contacts * i.aht_seconds); same(i.start + ' expected', mean, i.required_mean)
  for (const [name, share] of [['p80', 0.8], ['p90', 0.9], ['surer', report.certainty]]) same(i.start + ' ' + name, Math.max(mean, enough(needs[i.start], share)), i['required_' + name])
  if (mean) same(i.start + ' by reason', sum(i.reasons.map((r) => r.heads)), mean) }
for (const d of [...group.days, ...group.weeks]) { const inside = group.intervals.filter((i) => i.start.slice(0, 10) >= d.from && i.start.slice(0, 10) <= d.to)
  const mean = sum(inside.map((i) => i.required_mean)) / 4, hours = Array.from({ length: paths }, (_, k) => sum(inside.map((i) => needs[i.start][k])) / 4)
  for (const [name, share] of [['p80', 0.8], ['p90', 0.9], ['surer', report.certainty]]) same(d.from + ' hours ' + name, Math.max(mean, sum(hours) ? enough(hours, share) * mean * paths / sum(hours) : mean), d['hours_' + name])
  same(d.from + ' hours', mean, d.hours_mean); same(d.from + ' rostered', mean / (1 - s.shrinkage), d.rostered_hours_mean)
  if (d.cost_mean !== undefined) same(d.from + ' money', mean / (1 - s.shrinkage) * report.cost_per_hour, d.cost_mean) }
console.log(wrong ? `${wrong} figures differ` : `${group.intervals.length} quarter-hours, ${group.days.length} days and ${group.weeks.length} weeks agree`); process.exit(wrong ? 1 : 0)

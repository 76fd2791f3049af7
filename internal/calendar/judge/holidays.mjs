// Prints the public holidays that date-holidays knows of regions, as {region: {day: [names]}}, with "?" before those that
// are none for everybody (half days, bank holidays): these may be in our table and need not. Regions it does not know are
// left out. Usage: node holidays.mjs FROM TO REGION...
import Holidays from 'date-holidays';

const [from, to, ...regions] = process.argv.slice(2);
const halfDay = 0.9 * 24 * 60 * 60 * 1000;
const out = {};
for (const region of regions) {
  const known = new Holidays();
  const [country, ...rest] = region.split('-');
  const state = rest.join('-');
  if (!known.getCountries()[country] || (state && !(known.getStates(country) || {})[state])) continue;
  const source = new Holidays(country, state);
  const days = (out[region] = {});
  for (let year = Number(from); year <= Number(to); year++) {
    for (const h of source.getHolidays(year)) {
      if (h.type !== 'public' && h.type !== 'bank') continue;
      const whole = h.type === 'public' && h.end - h.start > halfDay;
      (days[h.date.slice(0, 10)] ||= []).push((whole ? '' : '?') + h.name);
    }
  }
}
console.log(JSON.stringify(out));

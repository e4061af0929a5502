// bench/entity's lines for wink-nlp and compromise: a name, bytes and CPU
// seconds for all texts once, the mean of the turns that fit in a second.
//
//     node entity-peer.js TEXTS...        JSONL with "text", or texts
const fs = require('fs')

function texts (path) {
  const data = fs.readFileSync(path, 'utf8')
  if (!path.includes('.jsonl')) return [data]
  return data.split('\n').filter(line => line)
    .map(line => JSON.parse(line).text)
}

function winkNlp () {
  const nlp = require('wink-nlp')(require('wink-eng-lite-web-model'))
  return text => nlp.readDoc(text).entities().out(nlp.its.detail)
}

function compromise () {
  const nlp = require('compromise')
  return text => {
    const doc = nlp(text)
    return [doc.people().json(), doc.places().json(),
      doc.organizations().json()]
  }
}

function measure (name, load, every) {
  let work
  try {
    work = load()
  } catch {
    console.error(name + ' is not installed: left out')
    return
  }
  let turns = -1 // the first warms up
  let seconds = 0
  while (turns < 1 || seconds < 1) {
    const begun = process.cpuUsage()
    for (const text of every) work(text)
    const used = process.cpuUsage(begun)
    seconds = turns++ < 0 ? 0 : seconds + (used.user + used.system) / 1e6
  }
  const bytes = every.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  console.log([name, 0, bytes, (seconds / turns).toFixed(6)].join('\t'))
}

const every = process.argv.slice(2).flatMap(texts)
measure('wink-nlp', winkNlp, every)
measure('compromise', compromise, every)

#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Everything that tells of a run tells the same: the summary and its rows, JSON, CSV, explain, the
# report of later, the views of each input, the database, and the status that the process returned.
# Inputs that block what is in them, hold the same digest, are not there, empty or cut; a policy that
# skips all; a child that dies; runs that a signal ended or killed.
set -u
: "${srcdir:?}" "${ASSAY:?}"
if ! command -v python3 > /dev/null; then
  echo '1..0 # SKIP python3 is not installed'
  exit 0
fi
export LC_ALL=C TZ=UTC
srcdir=$(cd "$srcdir" && pwd) || exit 99
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
umask 077
exports=$srcdir/fixtures/exports
cp -R --no-preserve=mode "$srcdir/fixtures/policies/quickstart" "$work/policy"
mkdir "$work/skip"
cat > "$work/skip/trustpolicy.json" << 'JSON'
{ "version": "1.0", "trustPolicies": [ { "name": "skip", "registryScopes": [ "*" ],
  "signatureVerification": { "level": "skip" } } ] }
JSON
cd "$work" || exit 99
for name in web two stripped nameless empty; do mkdir $name && tar -xf "$exports/web.tar" -C $name; done
# docker load would take another image
echo '[{"Config":"blobs/sha256/'"$(printf '%064d' 0)"'","RepoTags":null,"Layers":[]}]' > two/manifest.json
# the same image without its signature
rm "stripped/blobs/sha256/$(sed 's/.*"sha256:\([0-9a-f]*\)".*/\1/' web/index.json)"
sed -i 's/,{[^{]*"size":[0-9]*}\]}/]}/' stripped/index.json
# an entry that names nothing
sed -i 's/"manifests":\[/&{},/' nameless/index.json
echo '{"schemaVersion":2,"manifests":[]}' > empty/index.json
head -c 5000 "$exports/web.tar" > cut.tar
: > zero.tar
exec python3 - "$ASSAY" "$exports" << 'PY'
import collections, csv, io, json, os, re, signal, sqlite3, subprocess, sys, time, uuid

assay, exports = sys.argv[1:]
STATES = ['NonCompliant', 'Error', 'Unknown', 'Compliant', 'Exempt', 'NotApplicable']
COMMON = ['--at', '2026-06-01T00:00:00Z', '--trust-names']
number = failed = 0
wrong = []

def want(good, what):
    if not good:
        wrong.append(what)

def ok(name):
    global number, failed
    number += 1
    print('ok' if not wrong else 'not ok', number, '-', name)
    for what in wrong[:10]:
        print('#  ', what)
    failed += bool(wrong)
    wrong.clear()

def run(*args):
    p = subprocess.run([assay, *args], capture_output=True)
    return p.returncode, p.stdout

def rank(state):
    return STATES.index(state)

def inputs_agree(doc, whole):
    for i in doc['inputs']:
        mine = [a['state'] for a in doc['artifacts'] if a['input'] == i['seq']]
        worst = min(map(rank, mine), default=rank('Unknown'))
        if i['reason_code'] is None:
            want(rank(i['state']) == worst, f"{i['path']} is {i['state']}")
        want(rank(i['state']) <= worst, f"{i['path']} is better than what is in it")
        if any(f['blocking'] for f in i['findings']):
            want(set(mine) <= {'NonCompliant'}, f"{i['path']} is blocked, and holds {mine}")
        if not whole[i['seq']]:
            want(all(rank(s) <= 2 for s in mine), f"{i['path']} was not read whole, and holds {mine}")

def numbers_agree(doc, count, ended):
    s = doc['summary']
    inputs = collections.Counter(i['state'] for i in doc['inputs'])
    want(s['by_state'] == {k: count[k] for k in STATES}, f"by_state {s['by_state']}")
    want(s['inputs_by_state'] == {k: inputs[k] for k in STATES}, f"inputs {s['inputs_by_state']}")
    want(s['artifacts'] == len(doc['artifacts']), 'artifacts')
    want(s['distinct_digests'] == len({a['digest'] for a in doc['artifacts']}), 'distinct digests')
    applicable = len(doc['artifacts']) - count['NotApplicable']
    want(s['compliant_permille'] == (1000 * count['Compliant'] // applicable if applicable else None), 'permille')
    for r in s['by_reason']:
        n = sum(any(f['blocking'] and f['reason_code'] == r['reason_code'] for f in a['findings'])
                for a in doc['artifacts'])
        want(n == r['artifacts'], f"{r['reason_code']}: {r['artifacts']}, found {n}")
    for a in doc['artifacts']:
        blocked = any(f['blocking'] for f in a['findings'])
        # While the run goes on nothing has been found of what is not known yet.
        want(blocked == (rank(a['state']) < 3) or not ended, f"{a['state']} with blocking findings: {blocked}")

def text_agrees(text, doc, count, state, complete):
    lines = text.split('\n')
    want(lines[0].startswith('INCOMPLETE') != complete, lines[0])
    head = lines[0 if complete else 1]
    want(head.startswith(state + ': '), head)
    applicable = len(doc['artifacts']) - count['NotApplicable']
    good = count['Compliant'] + count['Exempt']
    if applicable:
        n, word = (applicable, '') if good == applicable else (applicable - good, 'not ')
        want(re.search(rf': {n} of {applicable} artifacts? {word}compliant', head), head)
    own = [i['state'] for i in doc['inputs'] if i['reason_code']]
    need = re.search(r'(\d+) inputs? needs? attention', head)
    want(int(need.group(1) if need else 0) == len(own), head)
    rows = collections.Counter(l.split()[0] for l in lines if re.match(rf"({'|'.join(STATES)})  ", l))
    want(rows == count + collections.Counter(own), f'rows {rows}')
    return count + collections.Counter(own)

def views_agree(doc, policy):
    for i in doc['inputs']:
        judged = {a['digest']: a['state'] for a in doc['artifacts'] if a['input'] == i['seq']}
        for view in 'tree', 'inspect':
            got = json.loads(run(view, '--format', 'json', '--policy', policy, *COMMON, i['path'])[1])
            shown = {n['digest']: n['verdict']['state'] for q in got['inputs']
                     for n in q.get('nodes', q.get('artifacts', [])) if n['digest'] and n.get('verdict')}
            want(shown == judged if view == 'tree' else shown.items() <= judged.items(),
                 f"{view} {i['path']}: {shown}, want {judged}")

def exit_agrees(doc, count, state, status, deny):
    holes = any(i['state'] in ('Error', 'Unknown') for i in doc['inputs'])
    if state == 'NonCompliant' and deny:
        should = 2
    else:
        should = 3 if holes or count['Error'] or count['Unknown'] or len(doc['artifacts']) == count['NotApplicable'] else 0
    want(status == should or status in (1, 66), f'exit status {status}, want {should}')

def check(db, run_id, status=None, out=None, deny=False, policy=None):
    con = sqlite3.connect(f'file:{db}?mode=ro', uri=True)
    one, how, code = con.execute('SELECT run_id, status, exit_code FROM run WHERE run_uuid = ?', (run_id,)).fetchone()
    whole = dict(con.execute('SELECT seq, whole FROM input WHERE run_id = ?', (one,)))
    # A run that a signal ended may leave it to the next to settle what it did not come to.
    open_inputs = con.execute('SELECT count(*) FROM input WHERE run_id = ? AND state IS NULL', (one,)).fetchone()[0]
    con.close()
    doc = json.loads(run('report', '--db', db, '--run', run_id, '--format', 'json')[1])
    count = collections.Counter(a['state'] for a in doc['artifacts'])
    want(code == status and doc['run']['exit_code'] == status, f'exit status {status}, recorded {code}')
    inputs_agree(doc, whole)
    numbers_agree(doc, count, open_inputs == 0)
    worst = min([rank(i['state']) for i in doc['inputs']] + [5 if doc['artifacts'] else 2] + [5 if how == 'complete' else 2])
    state = STATES[worst]
    want(doc['run']['state'] == (None if how == 'running' else state), f"run {doc['run']['state']}, want {state}")
    text = run('report', '--db', db, '--run', run_id, '--all')[1]
    want(out is None or out == text, 'the report of later is another one')
    rows = text_agrees(text.decode(), doc, count, state, how == 'complete')
    table = list(csv.DictReader(io.StringIO(run('report', '--db', db, '--run', run_id, '--format', 'csv')[1].decode())))
    want(collections.Counter(r['state'] for r in table) == rows, 'rows of CSV')
    want([r['change'] for r in table if r['digest']] == [a['change'] for a in doc['artifacts']], 'changes of CSV')
    for digest in sorted({a['digest'] for a in doc['artifacts']})[:5]:
        told = re.findall(rf"^({'|'.join(STATES)})  sha", run('explain', '--db', db, '--run', run_id, digest)[1].decode(), re.M)
        want(sorted(told) == sorted(a['state'] for a in doc['artifacts'] if a['digest'] == digest), f'explain {digest}: {told}')
    if status is not None and status < 64:
        exit_agrees(doc, count, state, status, deny)
    if policy:
        views_agree(doc, policy)

def audit(name, *args, policy='policy', views=True):
    run_id = str(uuid.uuid4())
    status, out = run('audit', '--policy', policy, '--db', 'audit.db', '--run-id', run_id, '--all', *COMMON, *args)
    check('audit.db', run_id, status, out, 'deny' in args, policy if views else None)
    ok(name)

web, cache, pay = exports + '/web.tar', exports + '/cache.tar.gz', exports + '/pay.tar'
given = [web, 'two', 'stripped', 'nameless', 'empty', 'cut.tar', 'zero.tar', 'nowhere', cache, pay, exports + '/api']
for one in given:
    audit(f'{os.path.basename(one)} alone', one)
    audit(f'{os.path.basename(one)}, where the policy skips all', one, policy='skip')
audit('all of them', *given)
audit('all of them, denied', '--effect', 'deny', *given)
audit('all of them in another order', *given[::-1])
audit('platforms', '--subjects', 'platforms', *given, views=False)
audit('everything', '--subjects', 'all', *given, policy='skip', views=False)
audit('everything must be there', '--require-complete', *given, views=False)
audit('two that hold the same', '--effect', 'deny', 'stripped', web)

# --- children that die, runs that end early: an input with many images, so that there is time

def big(folder, n):
    import hashlib
    os.makedirs(folder + '/blobs/sha256')
    def blob(octets):
        name = hashlib.sha256(octets).hexdigest()
        with open(f'{folder}/blobs/sha256/{name}', 'wb') as f:
            f.write(octets)
        return {'digest': 'sha256:' + name, 'size': len(octets)}
    kind = 'application/vnd.oci.image.'
    layer = {'mediaType': kind + 'layer.v1.tar', **blob(b'layer')}
    entries = []
    for i in range(n):
        config = {'mediaType': kind + 'config.v1+json', **blob(json.dumps({'n': i}).encode())}
        text = json.dumps({'schemaVersion': 2, 'mediaType': kind + 'manifest.v1+json', 'config': config, 'layers': [layer]})
        entries.append({'mediaType': kind + 'manifest.v1+json', **blob(text.encode())})
    with open(folder + '/oci-layout', 'w') as f:
        f.write('{"imageLayoutVersion":"1.0.0"}')
    with open(folder + '/index.json', 'w') as f:
        json.dump({'schemaVersion': 2, 'manifests': entries}, f)

def judged(run_id):
    try:
        con = sqlite3.connect('file:ends.db?mode=ro', uri=True, timeout=0)
        n = con.execute('SELECT count(*) FROM evaluation JOIN run USING (run_id) WHERE run_uuid = ?', (run_id,)).fetchone()[0]
        con.close()
        return n
    except sqlite3.Error:
        return 0

def children(pid):
    with open(f'/proc/{pid}/task/{pid}/children') as f:
        return [int(c) for c in f.read().split()]

def interrupt(name, how, policy):
    run_id = str(uuid.uuid4())
    with open('out', 'wb') as out:
        p = subprocess.Popen([assay, 'audit', '--policy', policy, '--db', 'ends.db', '--run-id', run_id, '--all', '--jobs', '1',
                              *COMMON, web, 'big', cache], stdout=out, stderr=subprocess.DEVNULL)
        while p.poll() is None and judged(run_id) < 300:
            time.sleep(0.01)
        how(p)
        status = p.wait()
    if status >= 0:
        with open('out', 'rb') as f:
            out = f.read()
        # After a signal there is no time for all of it.
        check('ends.db', run_id, status, out if status < 128 else None)
    else:
        check('ends.db', run_id)
        ok(name + ': while nobody has looked')
        run('audit', '--quiet', '--policy', policy, '--db', 'ends.db', *COMMON, web)
        check('ends.db', run_id)
    ok(name)

def kill_child(p):
    for child in children(p.pid):
        os.kill(child, signal.SIGKILL)

big('big', 1500)
for policy in 'policy', 'skip':
    interrupt(f'a child is killed, {policy}', kill_child, policy)
    interrupt(f'a signal ends the run, {policy}', lambda p: p.send_signal(signal.SIGTERM), policy)
    interrupt(f'the run is killed, {policy}', lambda p: p.kill(), policy)
print(f'1..{number}')
sys.exit(failed > 0)
PY

# SPDX-License-Identifier: Apache-2.0
# bash completion for assay
_assay() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}
  local options word
  # What several commands take.
  local common='--color --quiet --verbose --help'
  local data='--crl-dir --ocsp-dir --notation-crl-cache --crl-map'
  local policy="--policy --insecure-permissions $common" store='--type --store'
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    mapfile -t COMPREPLY < <(compgen -W 'audit report explain tree inspect blob trust policy --help --version' -- "$cur")
    return
  fi
  # Words of the command before the current one, and what may follow them.
  for word in "${COMP_WORDS[@]:2:COMP_CWORD-2}"; do
    case "$command $word" in
      'trust add' | 'trust list' | 'trust show' | 'trust remove' | 'trust crl' | 'trust crl add' | \
        'trust crl list' | 'trust crl show' | 'policy check' | 'policy show' | 'policy init')
        command="$command $word"
        ;;
      *) break ;;
    esac
  done
  if [[ $cur != -* ]]; then
    case $command in
      trust) options='add list show remove crl' ;;
      'trust crl') options='add list show' ;;
      policy) options='check show init' ;;
    esac
    if [ -n "${options:-}" ]; then
      mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
      return
    fi
  fi
  case $prev in
    --effect) options='audit deny' ;;
    --subjects) options='roots platforms all' ;;
    --color) options='auto always never' ;;
    --type) options='ca signingAuthority tsa' ;;
    --format)
      case $command in
        report) options='text json csv' ;;
        *) options='text json' ;;
      esac
      ;;
    --report) options='json= csv= text=' ;;
    --policy | --db | --output | --crl-dir | --ocsp-dir | --notation-crl-cache | --crl-map | --scope-map)
      options=''
      ;;
    *)
      case $cur in
        --*)
          case $command in
            audit)
              options='--policy --db --create --at --effect --exit-code --report --all --name --trust-names
                --ignore-name --registry --rewrite --scope-map --user-metadata --crl-dir --ocsp-dir
                --notation-crl-cache --crl-map --subjects --allow-missing --require-complete --series
                --jobs --hash-input --exclude --lock-timeout --run-id
                --clock --record-host --insecure-permissions --color --quiet --verbose --help'
              ;;
            report)
              options='--db --run --series --format --output --all --insecure-permissions --color
                --quiet --verbose --help'
              ;;
            explain)
              options='--db --run --series --insecure-permissions --color --quiet --verbose --help'
              ;;
            blob)
              options='--signature --policy --statement --media-type --user-metadata --db --create --at
                --crl-dir --ocsp-dir --notation-crl-cache --crl-map --effect --exit-code --report
                --series --lock-timeout --run-id --clock --record-host --inspect --format
                --insecure-permissions --color --quiet --verbose --help'
              ;;
            'trust add') options="$store --at $policy" ;;
            'trust list' | 'trust show') options="$store --format --at $policy" ;;
            'trust remove') options="$store --all $policy" ;;
            'trust crl add') options="--policy --at --force $common" ;;
            'trust crl list') options="--policy --format --at --warn-days --exit-code $data $common" ;;
            'trust crl show') options="--policy --format --at --warn-days --entries $data $common" ;;
            'policy check')
              options="--at --clock --warn-days --exit-code --format $data $policy"
              ;;
            'policy show') options="--at --clock --warn-days --blob --format $policy" ;;
            'policy init') options="--policy $common" ;;
            tree | inspect)
              options='--format --policy --at --name --trust-names --ignore-name --registry --rewrite
                --scope-map --subjects --user-metadata --allow-missing --require-complete --crl-dir
                --ocsp-dir --notation-crl-cache --crl-map --insecure-permissions --color --quiet
                --verbose --help'
              ;;
          esac
          ;;
      esac
      ;;
  esac
  if [ -n "${options:-}" ]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    compopt -o filenames 2>/dev/null
  fi
}
complete -F _assay assay

# SPDX-License-Identifier: Apache-2.0
# bash completion for assay
_assay() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}
  local options
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    mapfile -t COMPREPLY < <(compgen -W 'audit report explain tree inspect blob trust policy --help --version' -- "$cur")
    return
  fi
  if [ "$command" = trust ] && [[ $cur != -* ]]; then
    if [ "$COMP_CWORD" -eq 2 ]; then
      mapfile -t COMPREPLY < <(compgen -W 'add list show remove crl' -- "$cur")
      return
    elif [ "$COMP_CWORD" -eq 3 ] && [ "$prev" = crl ]; then
      mapfile -t COMPREPLY < <(compgen -W 'add list show' -- "$cur")
      return
    fi
  fi
  if [ "$command" = policy ] && [ "$COMP_CWORD" -eq 2 ] && [[ $cur != -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W 'check show init' -- "$cur")
    return
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
            trust)
              options='--policy --type --store --format --at --all --insecure-permissions --crl-dir
                --ocsp-dir --notation-crl-cache --crl-map --warn-days --entries --force --exit-code
                --color --quiet --verbose --help'
              ;;
            policy)
              options='--policy --at --clock --warn-days --exit-code --crl-dir --ocsp-dir
                --notation-crl-cache --crl-map --blob --format --insecure-permissions --color --quiet
                --verbose --help'
              ;;
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

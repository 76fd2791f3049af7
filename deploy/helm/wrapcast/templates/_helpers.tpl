{{- define "wrapcast.name" -}}
{{ .Release.Name | trunc 50 | trimSuffix "-" }}
{{- end }}

{{- define "wrapcast.labels" -}}
app.kubernetes.io/name: wrapcast
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "wrapcast.selector" -}}
app.kubernetes.io/name: wrapcast
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "wrapcast.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "wrapcast.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "wrapcast.security" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{- /* The settings as they are given, with what the chart decides. */}}
{{- define "wrapcast.settings" -}}
{{- $ours := dict "serve" (dict "listen" "0.0.0.0:8080") "audit" (dict "key_file" "/secrets/audit-key/audit.key") -}}
{{ mergeOverwrite (deepCopy .Values.settings) $ours | toYaml }}
{{- end }}

{{- /* What server and workers have in common: settings, secrets, room for temporary files. */}}
{{- define "wrapcast.env" -}}
- {name: WRAPCAST_STORE, value: {{ .Values.store.workerUrl | quote }}}
- {name: WRAPCAST_STORE_PASSWORD_FILE, value: /secrets/store/worker-password}
- {name: WRAPCAST_CONFIG, value: /etc/wrapcast/wrapcast.yaml}
{{- end }}

{{- define "wrapcast.mounts" -}}
- {name: settings, mountPath: /etc/wrapcast, readOnly: true}
- {name: store, mountPath: /secrets/store, readOnly: true}
- {name: audit-key, mountPath: /secrets/audit-key, readOnly: true}
{{- range .Values.secretMounts }}
- {name: {{ printf "secret-%s" . | quote }}, mountPath: {{ printf "/secrets/%s" . | quote }}, readOnly: true}
{{- end }}
- {name: temporary, mountPath: /tmp}
- {name: data, mountPath: /data}
{{- end }}

{{- define "wrapcast.volumes" -}}
- name: settings
  configMap: {name: {{ include "wrapcast.name" . }}}
- name: store
  projected:
    defaultMode: 0440
    sources:
      - secret:
          name: {{ .Values.store.existingSecret }}
          items:
            - {key: worker-password, path: worker-password}
      - secret:
          name: {{ .Values.store.existingSecret }}
          optional: true
          items:
            - {key: ca.crt, path: ca.crt}
- name: audit-key
  secret: {secretName: {{ .Values.auditKeySecret }}, defaultMode: 0440}
{{- range .Values.secretMounts }}
- name: {{ printf "secret-%s" . | quote }}
  secret: {secretName: {{ . | quote }}, defaultMode: 0440}
{{- end }}
- name: temporary
  emptyDir: {sizeLimit: 256Mi}
- name: data
  emptyDir: {sizeLimit: 16Mi}
{{- end }}

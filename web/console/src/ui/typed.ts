/** Text of a field that acts once the person stops typing. */
import { onScopeDispose, ref, watch, type Ref } from 'vue'

/** Between a key and the act. */
const pauseMs = 300

/**
 * @param given what the text is elsewhere, such as in the address
 * @param act is told the text, without spaces around it
 */
export function useTyped(
  given: () => string | undefined,
  act: (text: string) => void,
): Ref<string> {
  const text = ref(given() ?? '')
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(given, (value) => {
    if ((value ?? '') !== text.value.trim()) text.value = value ?? ''
  })
  watch(text, (value) => {
    clearTimeout(timer)
    if (value.trim() !== (given() ?? '')) timer = setTimeout(() => act(value.trim()), pauseMs)
  })
  onScopeDispose(() => clearTimeout(timer))
  return text
}

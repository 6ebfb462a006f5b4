/// The chronicle of May: the hands of the blacksmith, the fox and the scarecrow, and four swallows.
extension EmbeddedText {
  /// What happened in May.
  static let may = #"""
    MAY

    The lighthouse log, kept by Tobias Reed.
    1 May, 05:20. Wind south, force 2. Lamp burned 9 hours. Cuckoo from the wood,
    13 times.
    4 May, 10:00. The swallows have hatched: 4 mouths, and all of them open.
    8 May, 14:45. A whale, north-east, 2 miles off. It blew 5 times and was gone.
    12 May, 06:30. Calm. So calm that I heard the bakery door.
    15 May, 21:10. New wick in the lamp, 3 centimetres wide.
    19 May, 11:25. Washed 16 windows. Counted 2 spiders, greeted both.
    22 May, 17:00. The Blue Heron sailed for Porto with 30 tons of oats. Hat
    lifted, hat answered.
    27 May, 13:50. Captain caught a fish by himself and is unbearable.
    31 May, 22:40. Marta Crumb came with bread. We spoke about yeast until the
    lamp was lit, and after.

    The weather in May was kind. The sun shone on 22 days. It rained on 6, mostly
    at night, so that the gardens drank and the people slept. The warmest day was
    the 29th, with 24 degrees. The wind was light and came from the south. The
    meadow was cut for the first time on the 25th, and for 3 days the whole
    village smelled of hay.

    The blacksmith's hands

    Bram Holt had the largest hands in Pennywick. He could carry 2 buckets in one
    of them, and bend a horseshoe with both. But there were things that he could
    not do. He could not thread a needle. He could not pick a strawberry without
    jam. And he could not play upon the violin, although he wanted to more than
    anything in the world.

    The violin had belonged to his mother. It hung on a nail over his bed, and
    every evening he took it down, looked at it, and hung it up again, since he
    was afraid to break it.

    One evening in May Old Nell came to have her scissors sharpened. She heard a
    small sound, like a gnat in a bottle. She looked through the door, and there
    was the blacksmith with the violin under his chin. His fingers lay on the
    strings like 4 loaves on a shelf made for 4 buns.

    "It is no use," said Bram Holt. "I am too big for it."

    "Nonsense," said Old Nell. "It is too small for you. That is quite another
    matter, and can be cured." And she told him what she meant.

    Then there was light in the smithy for 3 weeks. People heard the saw and the
    plane, where they had always heard the hammer. He bought spruce from the
    carpenter, and maple; he boiled glue; he drew out iron into wire, thinner and
    thinner, until it was as fine as a hair and as strong as a rope. On the 30th
    of May, a Sunday, when the people came out of church, there was music from the
    smithy.

    It was a deep sound, dark and warm, like a bear that is glad of something.
    They went in on tiptoe. Bram Holt was sitting on the anvil, and between his
    knees stood a thing like a violin, but as tall as Hazel Crumb, and his great
    hands went up and down upon it, and there was room for every finger.

    "What is it?" whispered Finn.

    "It is a cello, I believe," said Mr. Quill.

    "It is a violin," said Old Nell, "of the right size."

    Strawberry jam, as Old Nell makes it
    You need:
    1 kg of strawberries
    750 g of sugar
    The juice of 1 lemon
    Wash the strawberries quickly and pull out the stalks. Cut the big ones, leave
    the little ones. Mix them with the sugar and let them stand for 6 hours in a
    cool place. Boil them with the lemon juice for 15 minutes, and stir, and take
    off the foam. Put a drop on a cold plate. If it wrinkles when you push it, it
    is done; if it runs, it wants 3 minutes more. Fill it into 5 hot jars and
    close them at once. Eat the foam yourself. That is the wage of the cook.

    Prices at the market, 22 May
    Strawberries, 500 g: €3.50
    Radishes, a bunch: €1.00
    Lettuce: €0.90
    Eggs, 6: €2.10
    Butter, 250 g: €2.75
    Goat's cheese, 1 piece: €3.40
    Honey, a jar: €6.00
    A kitten: one promise

    From the counting book of Marta Crumb
    Jars of jam at Old Nell's: 35. Jars with my name on them: 5.
    Cuckoo calls on the 1st: 13. He says 13 too. We do not hear the same cuckoo,
    but nearly.
    Notes that the smith plays before he makes a mistake: 4 on Monday, 9 on
    Friday, 31 on the 30th.
    Buns for the school outing: 26, and 1 for Mr. Quill, and 1 for the turnip.
    Hours talked about yeast: 3. There is not so much to say about yeast.

    A letter from Mr. Quill to the school board

    Pennywick, 11 May

    Gentlemen,

    You ask for the number of my pupils. There are 26. You ask for the number of
    my books. There are 61, of which 4 are about fish. You ask how many windows
    are broken. There were 2, and they have been mended by the boys who broke
    them, so that they now know more about glass than I could have taught them.

    You also ask what the children have learned since Christmas. They can add,
    take away, and multiply up to 12 times 12. They can name 30 birds by their
    song. They know why a bridge stands and why the tide comes late. One of them
    has exchanged letters with Norway.

    I should be glad of a globe — I use a turnip at present, and it is getting
    soft.

    Your obedient servant,
    Edmund Quill

    The fox and the scarecrow

    In the field behind the mill stood a scarecrow. It had a coat of sacks, a hat
    of straw, and a face that Finn had drawn with coal. Russet the fox came by at
    dusk, and since he was well brought up, he said good evening.

    The scarecrow did not answer.

    "You are proud," said the fox. "That is a fine coat, I admit. But a fine coat
    is no reason to be rude."

    The scarecrow did not answer.

    "Perhaps you are deaf," said the fox in a loud voice. "GOOD EVENING!" All the
    sparrows rose out of the corn. The scarecrow said nothing, and looked over the
    fox's head at the sea.

    So the fox sat down at his feet. He told him what he thought of proud people.
    He told him of the hens, and the bell, and how the apron had carried him. He
    told him that he had been alone since the spring before last, and that the
    nights were long even now when they were short. He had never told this to
    anybody. The scarecrow listened, with his arms wide open.

    When the moon came up the fox rose and shook himself. He felt lighter. "I take
    it back," he said. "You are not proud at all. You are the best company I ever
    had."

    From then on he came every evening. And the miller wondered why, in that year,
    no mouse ever touched his corn.

    To listen is also an answer.

    On the bridge, Sunday

    "How deep is the water here, Jory?"
    "Deep enough for a boat, and not deep enough for a sailor."
    "And how old is the bridge?"
    "Three hundred years, they say. It was here when I came, and I came when I was
    born."
    "Are you not sorry that people can walk over the bridge, instead of taking
    your ferry?"
    "Not at all, Mr. Quill. Over the bridge they go quickly. With me they go
    slowly. There will always be people who want to go slowly."
    "How much is it?"
    "€1.00. For that you get the whole river."

    How to catch a swarm of bees
    Put on a veil and long sleeves. Be calm: bees can tell. Bring a basket and a
    sheet. When the swarm hangs on a branch, hold the basket under it, and give
    the branch one hard knock. Turn the basket over upon the sheet, with a stone
    under the rim, so that the late ones can walk in. Wait until evening. If the
    queen is in the basket, all will stay; if she is not, they will all go back to
    the branch, and so must you. A swarm in May is worth a load of hay.

    A question from the smallest
    "Mr. Quill, how does a bee know the way home?"
    "She looks at the sun, and she remembers."
    "And when it is cloudy?"
    "Then she remembers a little harder."
    "Could a bee get lost?"
    "It happens. In that case she sits down on a flower and waits for another one
    that is going in the same direction."
    "I do it like that too," said the smallest, "only without the flower."

    Riddles of Old Nell
    What has hands but cannot clap? A clock.
    What flies without wings and weeps without eyes? A cloud.
    The more you take, the more you leave behind. What are they? Steps.
    A little green house, and in it a little white house, and in it a little brown
    house, and in it a little yellow room without a door. What is it? A nut.

    The four young swallows

    The swallows of the lighthouse had four children, and there was no room for
    five in the nest. First, Second, Third and Fourth were their names, in the
    order of their hatching.

    On the 24th of May their mother sat down on the rail and said, "Today you will
    fly."

    First looked down. It was 31 metres to the rocks. "I will fly tomorrow," she
    said. Second looked down. "I have a pain in my wing," he said. Third did not
    look down at all. "It is too windy," he said, "or not windy enough."

    But Fourth, who was the smallest, and had always got the last of every fly,
    did not hear what was said. He was watching a gnat. It was a fat gnat, and it
    danced just in front of the nest, a little to the left, a little to the right,
    and then a little too far. Fourth leaned out, and leaned out, and snapped.

    When he had swallowed it he noticed that there was nothing under his feet.
    "Oh," said Fourth, and opened his wings.

    "He is flying!" cried First. "If that one can do it, so can I." And she let
    go. Then Second went, who forgot his pain, and then Third, for whom the wind
    was suddenly just right. They flew round the tower four times, and screamed.

    Tobias Reed stood on the gallery with his polishing cloth in his hand. In the
    log there is nothing about it. He told me later that he could not see the
    page.

    Things that Mr. Quill wrote on the board in May
    A whale is no fish. It breathes air, and gives milk to its young.
    A queen bee lays up to 2,000 eggs in a day.
    To find north, look for the star that does not move.
    A circle has 360 degrees, a right angle has 90.
    The strings of a violin are 4: G, D, A, E. The strings of a cello are C, G, D,
    A.
    Hay is grass that has been dried by people who watch the sky.

    A rhyme for skipping
    Mill wheel, mill wheel, round and round,
    How many sacks of corn are ground?
    Five for Monday, four for Tuesday,
    Three for Wednesday, that's a slow day,
    Two for Thursday, one for Friday,
    None for Saturday: that's a dry day!
    Sunday, Sunday, stop the wheel,
    Everybody eats a meal.

    The council met on 26 May at 19:00. Present: Marta Crumb, Zoé Marchand, Oswin
    Barley and Mr. Quill; Bram Holt sent word that he was practising. The fair
    will be on the 21st of June. There will be 8 stalls, 1 race of donkeys, and 1
    race of boats. A globe for the school was asked for; the price is €48.00;
    granted, with applause. The turnip goes to Pepper. Closed at 20:15.
    """#
}
